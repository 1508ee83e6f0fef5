using System.Text.Json;
using Gateway.Core.Usage;

namespace Gateway.Core.Wire.OpenAI;

/// <summary>A usage object as it came: the counts it names, by whatever name its provider gives them. Null: not there.</summary>
internal struct OpenAIUsageFields
{
    /// <summary>A count above this is no usage: the longest context windows hold ten million tokens, and 128 answers of 128,000 tokens are 16 million.</summary>
    public const long Highest = 20_000_000;

    public long? Prompt;
    public long? Completion;
    public long? Total;

    /// <summary>The prompt's text, where the provider says so (xAI).</summary>
    public long? PromptText;

    public long CacheRead;
    public long CacheWrite;
    public long CacheWriteHour;
    public long InputAudio;
    public long InputImage;
    public long Reasoning;
    public long OutputAudio;
    public long OutputImage;
    public long Calls;
    public ServiceTier Tier;

    private bool _responses;

    public readonly long CacheWritten => Math.Max(CacheWrite, CacheWriteHour);

    public readonly long Cache => CacheRead + CacheWritten;

    /// <returns>False where the text is no JSON object, or one of the counts is no whole number from 0 to <see cref="Highest"/>.</returns>
    /// <param name="responses">The counts have the names of the Responses API: <c>input_tokens</c>, <c>output_tokens</c>.</param>
    public static bool TryRead(ReadOnlySpan<byte> json, bool responses, out OpenAIUsageFields fields)
    {
        fields = new OpenAIUsageFields { _responses = responses };
        try
        {
            var reader = new Utf8JsonReader(json, JsonCursor.Options);
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject && fields.ReadUsage(ref reader) && !reader.Read();
        }
        catch (JsonException)
        {
            // Bytes of the upstream's that are no JSON: an expected input, for which the reader knows no other answer than to throw.
            return false;
        }
    }

    private bool ReadUsage(ref Utf8JsonReader reader)
    {
        var valid = true;
        while (valid && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonCursor.Is(ref reader, "prompt_tokens"u8))
                valid = TryCount(ref reader, ref Prompt);
            else if (JsonCursor.Is(ref reader, "completion_tokens"u8))
                valid = TryCount(ref reader, ref Completion);
            else if (JsonCursor.Is(ref reader, "total_tokens"u8))
                valid = TryCount(ref reader, ref Total);
            else if (JsonCursor.Is(ref reader, "prompt_tokens_details"u8))
                valid = TryDetails(ref reader, ofPrompt: true);
            else if (JsonCursor.Is(ref reader, "completion_tokens_details"u8))
                valid = TryDetails(ref reader, ofPrompt: false);
            else if (!_responses || !TryResponses(ref reader, ref valid))
                valid = ReadDialect(ref reader);
        }

        return valid;
    }

    /// <returns>False where the member is none of the Responses API's own.</returns>
    private bool TryResponses(ref Utf8JsonReader reader, ref bool valid)
    {
        if (JsonCursor.Is(ref reader, "input_tokens"u8))
            valid = TryCount(ref reader, ref Prompt);
        else if (JsonCursor.Is(ref reader, "output_tokens"u8))
            valid = TryCount(ref reader, ref Completion);
        else if (JsonCursor.Is(ref reader, "input_tokens_details"u8))
            valid = TryDetails(ref reader, ofPrompt: true);
        else if (JsonCursor.Is(ref reader, "output_tokens_details"u8))
            valid = TryDetails(ref reader, ofPrompt: false);
        else if (JsonCursor.Is(ref reader, "server_side_tool_usage_details"u8))
            valid = TryMember(ref reader, "web_search_calls"u8, ref Calls);
        else
            return false;
        return true;
    }

    /// <summary>Members that OpenAI does not have: DeepSeek's, Moonshot's and Together's cache counts, Anthropic's names in OpenAI's dress, billed searches, Mistral's tier.</summary>
    private bool ReadDialect(ref Utf8JsonReader reader)
    {
        if (JsonCursor.Is(ref reader, "prompt_cache_hit_tokens"u8) || JsonCursor.Is(ref reader, "cached_tokens"u8)
            || JsonCursor.Is(ref reader, "cache_read_input_tokens"u8))
            return TryHighest(ref reader, ref CacheRead);
        if (JsonCursor.Is(ref reader, "cache_creation_input_tokens"u8))
            return TryHighest(ref reader, ref CacheWrite);
        if (JsonCursor.Is(ref reader, "cache_creation"u8))
            return TryCacheCreation(ref reader);
        if (JsonCursor.Is(ref reader, "num_search_queries"u8))
            return TryHighest(ref reader, ref Calls);
        if (JsonCursor.Is(ref reader, "server_tool_use"u8) || JsonCursor.Is(ref reader, "server_tool_use_details"u8))
            return TryToolUse(ref reader);
        if (JsonCursor.Is(ref reader, "service_tier"u8))
        {
            reader.Read();
            Tier = reader.TokenType == JsonTokenType.String ? OpenAIUsage.ReadTier(reader.ValueSpan) : Tier;
        }

        reader.Skip();
        return true;
    }

    private bool TryDetails(ref Utf8JsonReader reader, bool ofPrompt)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            return reader.TokenType == JsonTokenType.Null;
        var valid = true;
        while (valid && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            valid = ofPrompt ? TryPromptDetail(ref reader) : TryCompletionDetail(ref reader);
        return valid;
    }

    private bool TryPromptDetail(ref Utf8JsonReader reader)
    {
        if (JsonCursor.Is(ref reader, "cached_tokens"u8))
            return TryHighest(ref reader, ref CacheRead);
        if (JsonCursor.Is(ref reader, "cache_write_tokens"u8) || JsonCursor.Is(ref reader, "cache_creation_tokens"u8))
            return TryHighest(ref reader, ref CacheWrite);
        if (JsonCursor.Is(ref reader, "cache_creation_token_details"u8))
            return TryCacheCreation(ref reader);
        if (JsonCursor.Is(ref reader, "audio_tokens"u8))
            return TryHighest(ref reader, ref InputAudio);
        if (JsonCursor.Is(ref reader, "image_tokens"u8))
            return TryHighest(ref reader, ref InputImage);
        if (JsonCursor.Is(ref reader, "text_tokens"u8))
            return TryCount(ref reader, ref PromptText);
        reader.Skip();
        return true;
    }

    private bool TryCompletionDetail(ref Utf8JsonReader reader)
    {
        if (JsonCursor.Is(ref reader, "reasoning_tokens"u8))
            return TryHighest(ref reader, ref Reasoning);
        if (JsonCursor.Is(ref reader, "audio_tokens"u8))
            return TryHighest(ref reader, ref OutputAudio);
        if (JsonCursor.Is(ref reader, "image_tokens"u8))
            return TryHighest(ref reader, ref OutputImage);
        reader.Skip();
        return true;
    }

    /// <summary>Anthropic's split by time to live: <c>{ephemeral_5m_input_tokens, ephemeral_1h_input_tokens}</c>. The first stays the difference to the whole.</summary>
    private bool TryCacheCreation(ref Utf8JsonReader reader) =>
        TryMember(ref reader, "ephemeral_1h_input_tokens"u8, ref CacheWriteHour);

    private bool TryToolUse(ref Utf8JsonReader reader) => TryMember(ref reader, "web_search_requests"u8, ref Calls);

    private static bool TryMember(ref Utf8JsonReader reader, ReadOnlySpan<byte> name, ref long count)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return true;
        }

        var valid = true;
        while (valid && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonCursor.Is(ref reader, name))
                valid = TryHighest(ref reader, ref count);
            else
                reader.Skip();
        }

        return valid;
    }

    /// <summary>Providers repeat a count under several names; the highest is it.</summary>
    private static bool TryHighest(ref Utf8JsonReader reader, ref long count)
    {
        long? read = null;
        if (!TryCount(ref reader, ref read))
            return false;
        count = Math.Max(count, read ?? 0);
        return true;
    }

    /// <summary>A whole number, also written as <c>12.0</c> (some JSON libraries); null leaves the count as it was.</summary>
    private static bool TryCount(ref Utf8JsonReader reader, ref long? count)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
            return true;
        if (reader.TokenType != JsonTokenType.Number)
            return false;
        if (!reader.TryGetInt64(out var value))
        {
            if (!reader.TryGetDecimal(out var number) || number != decimal.Truncate(number) || number is < 0 or > Highest)
                return false;
            value = (long)number;
        }

        count = value;
        return value is >= 0 and <= Highest;
    }
}
