using System.Text.Json;
using Gateway.Core.Wire.OpenAI;

namespace Gateway.Core.Tokens;

/// <summary>The sum over a request's messages.</summary>
internal struct MessageTokens
{
    public long Tokens { get; private set; }

    /// <summary>Parts that are neither text nor images.</summary>
    public int Uncounted { get; private set; }

    /// <summary>A message of the system or the developer is there: tool definitions join it.</summary>
    public bool HasSystem { get; private set; }

    /// <param name="reader">At the name before the array; anything but an array counts nothing.</param>
    public static MessageTokens OfAll(ref Utf8JsonReader reader, ref JsonTokens json, ChatFormula formula)
    {
        var sum = default(MessageTokens);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return sum;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject) sum.AddMessage(ref reader, ref json, formula);
            else reader.Skip();
        }

        return sum;
    }

    private void AddMessage(ref Utf8JsonReader reader, ref JsonTokens json, ChatFormula formula)
    {
        Tokens += formula.Message;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonCursor.Is(ref reader, "role"u8)) AddRole(ref reader, ref json, formula);
            else if (JsonCursor.Is(ref reader, "content"u8)) AddContent(ref reader, ref json, formula);
            else if (JsonCursor.Is(ref reader, "name"u8)) AddName(ref reader, ref json, formula);
            else if (JsonCursor.Is(ref reader, "tool_calls"u8) || JsonCursor.Is(ref reader, "function_call"u8)) AddCalls(ref reader, ref json, formula);
            else JsonCursor.TakeValue(ref reader);
        }
    }

    private void AddRole(ref Utf8JsonReader reader, ref JsonTokens json, ChatFormula formula)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            HasSystem |= JsonCursor.Is(ref reader, "system"u8) || JsonCursor.Is(ref reader, "developer"u8);
            if (JsonCursor.Is(ref reader, "assistant"u8)) Tokens += formula.AssistantMessage;
        }

        Tokens += json.OfString(ref reader);
    }

    private void AddName(ref Utf8JsonReader reader, ref JsonTokens json, ChatFormula formula)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String) Tokens += formula.Name;
        Tokens += json.OfString(ref reader);
    }

    private void AddContent(ref Utf8JsonReader reader, ref JsonTokens json, ChatFormula formula)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            Tokens += json.OfString(ref reader);
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject) AddPart(ref reader, ref json, formula);
            else reader.Skip();
        }
    }

    /// <summary>What a part is, is said by the member it has: <c>text</c> or <c>refusal</c>, <c>image_url</c>, or something else beside its <c>type</c>.</summary>
    private void AddPart(ref Utf8JsonReader reader, ref JsonTokens json, ChatFormula formula)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonCursor.Is(ref reader, "text"u8) || JsonCursor.Is(ref reader, "refusal"u8))
            {
                reader.Read();
                Tokens += json.OfString(ref reader);
                continue;
            }

            if (JsonCursor.Is(ref reader, "image_url"u8)) Tokens += formula.Image;
            else if (JsonCursor.Is(ref reader, "input_audio"u8) || JsonCursor.Is(ref reader, "file"u8)) Uncounted++;
            JsonCursor.TakeValue(ref reader);
        }
    }

    /// <summary>Names and arguments, wherever below they stand; ids are not in the prompt.</summary>
    private void AddCalls(ref Utf8JsonReader reader, ref JsonTokens json, ChatFormula formula)
    {
        reader.Read();
        if (reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.StartObject)) return;
        for (var depth = reader.CurrentDepth; reader.Read() && reader.CurrentDepth > depth;)
        {
            if (reader.TokenType != JsonTokenType.PropertyName) continue;
            var isName = JsonCursor.Is(ref reader, "name"u8);
            if (!isName && !JsonCursor.Is(ref reader, "arguments"u8)) continue;
            reader.Read();
            if (isName) Tokens += formula.ToolCall;
            Tokens += json.OfString(ref reader);
        }
    }
}
