using System.Text.Json;

namespace Gateway.Providers.Dialects;

/// <summary>
/// Where the members of a chat stream's event, or of a whole reply, stand in its bytes: of the first choice and its delta or message, with the hub's extensions, and the usage. What is not there,
/// null, or of another type is an empty range. Nothing is copied.
/// </summary>
internal struct ChatDelta
{
    /// <summary>JSON strings with their quotes and escapes.</summary>
    /// <remarks><see cref="MatchedStop"/> is what vLLM (<c>stop_reason</c>) and SGLang (<c>matched_stop</c>) call it: there it may be something else, too.</remarks>
    /// <remarks><see cref="ToolPlan"/> is Cohere's: words before its calls.</remarks>
    public Range Content, ToolPlan, Reasoning, Refusal, FinishReason, NativeFinishReason, NativeFinishMessage, NativeStopSequence, MatchedStop, ServiceTier;

    /// <summary>JSON arrays.</summary>
    public Range ToolCalls, ThinkingBlocks, ProviderBlocks, ReasoningDetails, Citations, Annotations, Images, Logprobs;

    /// <summary>JSON arrays at the top: pages that were searched.</summary>
    public Range SearchResults, Pages;

    /// <summary>JSON objects.</summary>
    public Range ExtraContent, Usage;

    /// <summary>There is a choice with a delta or a message.</summary>
    public bool HasChoice;

    /// <returns>False where the event is not one JSON object.</returns>
    public static bool TryRead(ReadOnlySpan<byte> chunk, out ChatDelta read)
    {
        read = default;
        var reader = new Utf8JsonReader(chunk, new JsonReaderOptions { MaxDepth = 128 });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueSpan.SequenceEqual("choices"u8)) read.Choices(ref reader, chunk);
                else if (reader.ValueSpan.SequenceEqual("search_results"u8)) Take(ref reader, chunk, '[', ref read.SearchResults);
                else if (reader.ValueSpan.SequenceEqual("citations"u8)) Take(ref reader, chunk, '[', ref read.Pages);
                else if (reader.ValueSpan.SequenceEqual("usage"u8)) Take(ref reader, chunk, '{', ref read.Usage);
                else if (reader.ValueSpan.SequenceEqual("service_tier"u8)) Take(ref reader, chunk, '"', ref read.ServiceTier);
                else reader.Skip();
            }

            return !reader.Read();
        }
        catch (JsonException)
        {
            read = default;
            return false;
        }
    }

    private void Choices(ref Utf8JsonReader reader, ReadOnlySpan<byte> chunk)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        var isFirst = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (isFirst && reader.TokenType == JsonTokenType.StartObject) Choice(ref reader, chunk);
            else reader.Skip();
            isFirst = false;
        }
    }

    private void Choice(ref Utf8JsonReader reader, ReadOnlySpan<byte> chunk)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueSpan.SequenceEqual("delta"u8) || reader.ValueSpan.SequenceEqual("message"u8)) Delta(ref reader, chunk);
            else if (reader.ValueSpan.SequenceEqual("finish_reason"u8)) Take(ref reader, chunk, '"', ref FinishReason);
            else if (reader.ValueSpan.SequenceEqual("native_finish_reason"u8)) Take(ref reader, chunk, '"', ref NativeFinishReason);
            else if (reader.ValueSpan.SequenceEqual("native_finish_message"u8)) Take(ref reader, chunk, '"', ref NativeFinishMessage);
            else if (reader.ValueSpan.SequenceEqual("native_stop_sequence"u8)) Take(ref reader, chunk, '"', ref NativeStopSequence);
            else if (reader.ValueSpan.SequenceEqual("stop_reason"u8) || reader.ValueSpan.SequenceEqual("matched_stop"u8)) Take(ref reader, chunk, '"', ref MatchedStop);
            else if (reader.ValueSpan.SequenceEqual("logprobs"u8)) ReadLogprobs(ref reader, chunk);
            else reader.Skip();
        }
    }

    private void Delta(ref Utf8JsonReader reader, ReadOnlySpan<byte> chunk)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        HasChoice = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            if (name.SequenceEqual("content"u8)) Take(ref reader, chunk, '"', ref Content);
            else if (name.SequenceEqual("tool_plan"u8)) Take(ref reader, chunk, '"', ref ToolPlan);
            else if (name.SequenceEqual("reasoning_content"u8)) Take(ref reader, chunk, '"', ref Reasoning);
            else if (name.SequenceEqual("reasoning"u8)) TakeIfNone(ref reader, chunk, ref Reasoning);
            else if (name.SequenceEqual("refusal"u8)) Take(ref reader, chunk, '"', ref Refusal);
            else if (name.SequenceEqual("tool_calls"u8)) Take(ref reader, chunk, '[', ref ToolCalls);
            else if (name.SequenceEqual("thinking_blocks"u8)) Take(ref reader, chunk, '[', ref ThinkingBlocks);
            else if (name.SequenceEqual("provider_blocks"u8)) Take(ref reader, chunk, '[', ref ProviderBlocks);
            else if (name.SequenceEqual(ChatReasoningDetails.MemberUtf8)) Take(ref reader, chunk, '[', ref ReasoningDetails);
            else if (name.SequenceEqual("citations"u8)) Take(ref reader, chunk, '[', ref Citations);
            else if (name.SequenceEqual("annotations"u8)) Take(ref reader, chunk, '[', ref Annotations);
            else if (name.SequenceEqual("images"u8)) Take(ref reader, chunk, '[', ref Images);
            else if (name.SequenceEqual("extra_content"u8)) Take(ref reader, chunk, '{', ref ExtraContent);
            else reader.Skip();
        }
    }

    private void ReadLogprobs(ref Utf8JsonReader reader, ReadOnlySpan<byte> chunk)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueSpan.SequenceEqual("content"u8)) Take(ref reader, chunk, '[', ref Logprobs);
            else reader.Skip();
        }
    }

    /// <summary>Some servers send the same thoughts under two names.</summary>
    private static void TakeIfNone(ref Utf8JsonReader reader, ReadOnlySpan<byte> chunk, ref Range place)
    {
        var other = default(Range);
        Take(ref reader, chunk, '"', ref other);
        if (chunk[place].Length <= 2) place = other;
    }

    /// <param name="opening">The first character of a value of the wanted type.</param>
    internal static void Take(ref Utf8JsonReader reader, ReadOnlySpan<byte> chunk, char opening, ref Range place)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        if (chunk[start] == opening) place = start..(int)reader.BytesConsumed;
    }
}
