using System.Text.Json;
using Gateway.Core.Usage;

namespace Gateway.Providers.Cohere;

/// <summary>
/// Cohere's usage in disjoint classes. <c>tokens</c> is what the model read and wrote, with the prompt that Cohere puts around the messages; <c>billed_units</c> leaves that out and stands
/// in where there are no tokens. What was read from the cache is a part of the input, thinking a part of the output.
/// </summary>
internal struct CohereUsage
{
    private Counts _tokens, _billed;
    private long _cached;

    public bool IsKnown { get; private set; }

    public readonly TokenUsage Tokens
    {
        get
        {
            var counted = _tokens.AreThere ? _tokens : _billed;
            var cached = Math.Min(_cached, counted.Input);
            return new() { Input = counted.Input - cached, CacheRead = cached, Output = counted.Output, Reasoning = Math.Min(counted.Reasoning, counted.Output) };
        }
    }

    /// <summary>Reads a usage object; <paramref name="reader"/> stands at its beginning and is left at its end.</summary>
    /// <returns>False where it is none, or has a number that cannot be.</returns>
    public bool Read(ref Utf8JsonReader reader)
    {
        this = default;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return false;
        }

        var valid = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("tokens"u8)) valid &= _tokens.Read(ref reader);
            else if (reader.ValueTextEquals("billed_units"u8)) valid &= _billed.Read(ref reader);
            else if (reader.ValueTextEquals("cached_tokens"u8)) valid &= Counts.Number(ref reader, ref _cached);
            else reader.Skip();
        }

        IsKnown = valid && (_tokens.AreThere || _billed.AreThere);
        return IsKnown;
    }

    private struct Counts
    {
        public long Input, Output, Reasoning;

        public bool AreThere;

        public bool Read(ref Utf8JsonReader reader)
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
                if (reader.ValueTextEquals("input_tokens"u8)) valid &= AreThere = Number(ref reader, ref Input);
                else if (reader.ValueTextEquals("output_tokens"u8)) valid &= AreThere = Number(ref reader, ref Output);
                else if (reader.ValueTextEquals("reasoning_tokens"u8)) valid &= Number(ref reader, ref Reasoning);
                else reader.Skip();
            }

            return valid;
        }

        /// <summary>Cohere's schema has plain numbers, so that 7.0 is one too.</summary>
        public static bool Number(ref Utf8JsonReader reader, ref long count)
        {
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null) return true;
            if (reader.TokenType == JsonTokenType.Number && reader.TryGetDecimal(out var read) && read is >= 0 and <= long.MaxValue && decimal.IsInteger(read))
            {
                count = (long)read;
                return true;
            }

            reader.Skip();
            return false;
        }
    }
}
