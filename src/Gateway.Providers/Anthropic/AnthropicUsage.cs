using System.Text.Json;
using Gateway.Core.Usage;

namespace Gateway.Providers.Anthropic;

/// <summary>
/// Anthropic's usage in disjoint classes. Its <c>input_tokens</c> are what was neither read from nor written to the cache; thinking is in <c>output_tokens</c>, uncounted by itself.
/// On a stream the last report wins member by member: the first has no output yet, and the last may leave out the input.
/// </summary>
internal struct AnthropicUsage
{
    private long _input, _output, _cacheRead, _cacheWrite, _cacheWriteHour, _searches, _thinking;
    private ServiceTier _tier;

    public bool IsKnown { get; private set; }

    public readonly TokenUsage Tokens => new()
    {
        Input = _input,
        CacheRead = _cacheRead,
        CacheWrite = Math.Max(0, _cacheWrite - _cacheWriteHour),
        CacheWriteHour = _cacheWriteHour,
        Output = _output,
        Reasoning = Math.Min(_thinking, _output),
        Calls = _searches,
        Tier = _tier,
    };

    /// <summary>Reads a usage object; <paramref name="reader"/> stands at its beginning and is left at its end.</summary>
    /// <returns>False where it is none, or has a number that cannot be.</returns>
    public bool Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return false;
        }

        var valid = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueSpan.SequenceEqual("input_tokens"u8)) valid &= Count(ref reader, ref _input);
            else if (reader.ValueSpan.SequenceEqual("output_tokens"u8)) valid &= Count(ref reader, ref _output);
            else if (reader.ValueSpan.SequenceEqual("cache_read_input_tokens"u8)) valid &= Count(ref reader, ref _cacheRead);
            else if (reader.ValueSpan.SequenceEqual("cache_creation_input_tokens"u8)) valid &= Count(ref reader, ref _cacheWrite);
            else if (reader.ValueSpan.SequenceEqual("cache_creation"u8)) valid &= Member(ref reader, "ephemeral_1h_input_tokens"u8, ref _cacheWriteHour);
            else if (reader.ValueSpan.SequenceEqual("server_tool_use"u8)) valid &= Member(ref reader, "web_search_requests"u8, ref _searches);
            else if (reader.ValueSpan.SequenceEqual("output_tokens_details"u8)) valid &= Member(ref reader, "thinking_tokens"u8, ref _thinking);
            else if (reader.ValueSpan.SequenceEqual("service_tier"u8)) Tier(ref reader);
            else reader.Skip();
        }

        IsKnown |= valid;
        return valid;
    }

    private static bool Count(ref Utf8JsonReader reader, ref long count)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null) return true;
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var read) && read >= 0)
        {
            count = read;
            return true;
        }

        reader.Skip();
        return false;
    }

    private static bool Member(ref Utf8JsonReader reader, ReadOnlySpan<byte> name, ref long count)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return true;
        }

        var valid = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueSpan.SequenceEqual(name)) valid &= Count(ref reader, ref count);
            else reader.Skip();
        }

        return valid;
    }

    private void Tier(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.String) reader.Skip();
        else if (reader.ValueSpan.SequenceEqual("priority"u8)) _tier = ServiceTier.Priority;
        else if (reader.ValueSpan.SequenceEqual("batch"u8)) _tier = ServiceTier.Batch;
    }
}
