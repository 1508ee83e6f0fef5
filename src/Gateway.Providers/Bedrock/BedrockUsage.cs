using System.Text.Json;
using Gateway.Core.Usage;

namespace Gateway.Providers.Bedrock;

/// <summary>
/// Bedrock's usage in disjoint classes. Its <c>inputTokens</c> are what was neither read from nor written to the cache; what was written for an hour is told only in <c>cacheDetails</c>.
/// </summary>
internal struct BedrockUsage
{
    private long _input, _output, _cacheRead, _cacheWrite, _cacheWriteHour;

    public bool IsKnown { get; private set; }

    /// <summary>What the answer says beside its usage.</summary>
    public ServiceTier Tier { get; set; }

    public readonly TokenUsage Tokens => new()
    {
        Input = _input,
        CacheRead = _cacheRead,
        CacheWrite = Math.Max(0, _cacheWrite - _cacheWriteHour),
        CacheWriteHour = Math.Min(_cacheWrite, _cacheWriteHour),
        Output = _output,
        Tier = Tier,
    };

    public static ServiceTier TierOf(string? type) => type switch { "priority" => ServiceTier.Priority, "flex" => ServiceTier.Flex, _ => ServiceTier.Standard };

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
            if (reader.ValueTextEquals("inputTokens"u8)) valid &= Count(ref reader, ref _input);
            else if (reader.ValueTextEquals("outputTokens"u8)) valid &= Count(ref reader, ref _output);
            else if (reader.ValueTextEquals("cacheReadInputTokens"u8)) valid &= Count(ref reader, ref _cacheRead);
            else if (reader.ValueTextEquals("cacheWriteInputTokens"u8)) valid &= Count(ref reader, ref _cacheWrite);
            else if (reader.ValueTextEquals("cacheDetails"u8)) valid &= Details(ref reader);
            else reader.Skip();
        }

        IsKnown |= valid;
        return valid;
    }

    /// <summary><c>[{"ttl":"1h","inputTokens":12}]</c></summary>
    private bool Details(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return true;
        }

        var valid = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject) valid &= Detail(ref reader);
            else reader.Skip();
        }

        return valid;
    }

    private bool Detail(ref Utf8JsonReader reader)
    {
        var (valid, isHour, count) = (true, false, 0L);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("inputTokens"u8))
            {
                valid &= Count(ref reader, ref count);
                continue;
            }

            var isTtl = reader.ValueTextEquals("ttl"u8);
            reader.Read();
            if (isTtl && reader.TokenType == JsonTokenType.String) isHour = reader.ValueTextEquals("1h"u8);
            else reader.Skip();
        }

        if (isHour) _cacheWriteHour = count;
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
}
