using System.Text.Json;
using Gateway.Core.Usage;

namespace Gateway.Core.Wire.OpenAI;

/// <summary>One pass over the top level of an OpenAI reply or event, which share their members. A member that occurs twice counts as it last stands.</summary>
internal struct OpenAITopLevel
{
    public ByteRange Usage;
    public ByteRange Model;
    public ServiceTier? Tier;
    public bool HasError;
    public bool ChoicesEmpty;
    public ChoiceSet Choices;
    public ChoiceSet Finished;
    public bool HasOpenChoice;
    public long ContentBytes;

    private ByteRange _groqUsage;

    /// <returns>False where the bytes are not exactly one JSON object.</returns>
    public static bool TryRead(ReadOnlySpan<byte> json, out OpenAITopLevel found)
    {
        found = default;
        try
        {
            var reader = new Utf8JsonReader(json, JsonCursor.Options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                found.ReadMember(ref reader);
            if (found.Usage.IsEmpty)
                found.Usage = found._groqUsage;
            return !reader.Read();
        }
        catch (JsonException)
        {
            // Cut or garbled bytes of the upstream's: an expected input, for which the reader knows no other answer than to throw.
            found = default;
            return false;
        }
    }

    private void ReadMember(ref Utf8JsonReader reader)
    {
        if (JsonCursor.Is(ref reader, "choices"u8))
            ReadChoices(ref reader);
        else if (JsonCursor.Is(ref reader, "usage"u8))
            Usage = TakeObject(ref reader);
        else if (JsonCursor.Is(ref reader, "model"u8))
            Model = JsonCursor.TakeUnlessNull(ref reader);
        else if (JsonCursor.Is(ref reader, "error"u8))
            HasError |= !JsonCursor.TakeUnlessNull(ref reader).IsEmpty;
        else if (JsonCursor.Is(ref reader, "object"u8))
            HasError |= NextString(ref reader) && JsonCursor.Is(ref reader, "error"u8);
        else if (JsonCursor.Is(ref reader, "service_tier"u8))
            Tier = NextString(ref reader) ? OpenAIUsage.ReadTier(reader.ValueSpan) : null;
        else if (JsonCursor.Is(ref reader, "x_groq"u8))
            ReadGroq(ref reader);
        else
            reader.Skip();
    }

    /// <summary>Moves over the value. A string stays current, so that it can be read.</summary>
    private static bool NextString(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
        return reader.TokenType == JsonTokenType.String;
    }

    private static ByteRange TakeObject(ref Utf8JsonReader reader)
    {
        var range = JsonCursor.TakeValue(ref reader);
        return reader.TokenType == JsonTokenType.EndObject ? range : default;
    }

    private void ReadGroq(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonCursor.Is(ref reader, "usage"u8))
                _groqUsage = TakeObject(ref reader);
            else
                reader.Skip();
        }
    }

    private void ReadChoices(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        var depth = reader.CurrentDepth;
        var (index, isFinished) = (0L, false);   // a choice that does not say which it is is the first
        ChoicesEmpty = true;
        Choices = Finished = default;
        HasOpenChoice = false;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            ChoicesEmpty = false;
            if (reader.CurrentDepth == depth + 1)
            {
                if (reader.TokenType == JsonTokenType.EndObject) TakeChoice(index, isFinished);
                (index, isFinished) = (0, false);
                continue;
            }

            if (reader.TokenType != JsonTokenType.PropertyName)
                continue;
            if (reader.CurrentDepth == depth + 2 && JsonCursor.Is(ref reader, "finish_reason"u8))
                isFinished = NextReason(ref reader);
            else if (reader.CurrentDepth == depth + 2 && JsonCursor.Is(ref reader, "index"u8))
                index = NextNumber(ref reader);
            else if (IsWritten(ref reader))
                CountString(ref reader);
            else if (JsonCursor.Is(ref reader, "logprobs"u8))
                reader.Skip();
        }
    }

    private void TakeChoice(long index, bool isFinished)
    {
        Choices = Choices.With(index);
        if (isFinished) Finished = Finished.With(index);
        else HasOpenChoice = true;
    }

    /// <summary>Moves over the value. An empty text says no more than null: some providers have it in every event but the last.</summary>
    private static bool NextReason(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
        return reader.TokenType != JsonTokenType.Null && !(reader.TokenType == JsonTokenType.String && reader.ValueSpan.IsEmpty);
    }

    /// <summary>Moves over the value. Null is as if there were none; what is no number is no choice that anybody knows.</summary>
    private static long NextNumber(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
        if (reader.TokenType == JsonTokenType.Null) return 0;
        return reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) ? number : -1;
    }

    /// <summary>Members in which a model's own words stand, at any depth: content may be a list of parts, tool calls nest.</summary>
    private static bool IsWritten(ref Utf8JsonReader reader) =>
        JsonCursor.Is(ref reader, "content"u8) || JsonCursor.Is(ref reader, "text"u8) || JsonCursor.Is(ref reader, "arguments"u8)
        || JsonCursor.Is(ref reader, "reasoning_content"u8) || JsonCursor.Is(ref reader, "reasoning"u8) || JsonCursor.Is(ref reader, "refusal"u8)
        || JsonCursor.Is(ref reader, "name"u8) || JsonCursor.Is(ref reader, "transcript"u8);

    private void CountString(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
            ContentBytes += reader.ValueSpan.Length;
    }
}
