using System.Text;
using Gateway.Core.Money;
using Gateway.Core.Usage;

namespace Gateway.Metering.Pricing;

/// <summary>One model's line of catalog.yaml.</summary>
internal static class CatalogLine
{
    /// <exception cref="FormatException">The line says what this reader does not know.</exception>
    public static CatalogModel Parse(string kind, string name, string version, ReadOnlySpan<byte> flow)
    {
        var reader = new FlowReader(flow);
        CatalogMode? mode = null;
        long? context = null, maxOutput = null;
        var capabilities = CatalogCapabilities.None;
        var perCall = 0m;
        var rates = new PriceRates();
        var tiers = new List<PriceTier>();
        reader.Expect('{');
        while (reader.HasNext('}'))
        {
            var key = reader.Key();
            if (key.SequenceEqual("mode"u8))
                mode = Mode(reader.Scalar());
            else if (key.SequenceEqual("context"u8))
                context = reader.Whole();
            else if (key.SequenceEqual("max_output"u8))
                maxOutput = reader.Whole();
            else if (key.SequenceEqual("caps"u8))
                capabilities = Capabilities(ref reader);
            else if (key.SequenceEqual("call"u8))
                perCall = reader.Number();
            else if (TryTier(key, out var over, out var tier))
                tiers.Add(new(over, tier, Rates(ref reader)));
            else
                rates = WithRate(rates, key, reader.Number());
        }

        return new(kind, name, mode ?? throw new FormatException("mode is missing"), context, maxOutput, capabilities,
            ModelPrice.Of(version, rates, perCall, tiers));
    }

    private static CatalogMode Mode(ReadOnlySpan<byte> text) =>
        text.SequenceEqual("chat"u8) ? CatalogMode.Chat
        : text.SequenceEqual("completion"u8) ? CatalogMode.Completion
        : text.SequenceEqual("embedding"u8) ? CatalogMode.Embedding
        : text.SequenceEqual("responses"u8) ? CatalogMode.Responses
        : throw Unknown("mode", text);

    private static CatalogCapabilities Capabilities(ref FlowReader reader)
    {
        var all = CatalogCapabilities.None;
        reader.Expect('[');
        while (reader.HasNext(']'))
        {
            var text = reader.Scalar();
            all |= text.SequenceEqual("vision"u8) ? CatalogCapabilities.Vision
                : text.SequenceEqual("tools"u8) ? CatalogCapabilities.Tools
                : text.SequenceEqual("json_schema"u8) ? CatalogCapabilities.JsonSchema
                : text.SequenceEqual("reasoning"u8) ? CatalogCapabilities.Reasoning
                : text.SequenceEqual("audio"u8) ? CatalogCapabilities.Audio
                : throw Unknown("capability", text);
        }

        return all;
    }

    /// <summary><c>over_200k</c>, <c>flex</c>, <c>flex_over_272k</c>.</summary>
    private static bool TryTier(ReadOnlySpan<byte> key, out long over, out ServiceTier tier)
    {
        over = 0;
        tier = OpeningTier(ref key);
        if (key.StartsWith("over_"u8) && key[^1] == 'k'
            && System.Buffers.Text.Utf8Parser.TryParse(key[5..^1], out long thousands, out var used) && used == key.Length - 6)
        {
            over = thousands * 1000;
            return true;
        }

        return key.IsEmpty;
    }

    /// <summary>Cuts the service tier off the key's beginning.</summary>
    private static ServiceTier OpeningTier(ref ReadOnlySpan<byte> key)
    {
        var underscore = key.IndexOf((byte)'_');
        var word = underscore < 0 ? key : key[..underscore];
        ServiceTier? tier = word.SequenceEqual("priority"u8) ? ServiceTier.Priority
            : word.SequenceEqual("flex"u8) ? ServiceTier.Flex
            : word.SequenceEqual("batch"u8) ? ServiceTier.Batch
            : null;
        if (tier is null)
            return ServiceTier.Standard;
        key = underscore < 0 ? default : key[(underscore + 1)..];
        return tier.Value;
    }

    private static PriceRates Rates(ref FlowReader reader)
    {
        var rates = new PriceRates();
        reader.Expect('{');
        while (reader.HasNext('}'))
        {
            var key = reader.Key();
            rates = WithRate(rates, key, reader.Number());
        }

        return rates;
    }

    private static PriceRates WithRate(PriceRates rates, ReadOnlySpan<byte> key, decimal rate) =>
        key.SequenceEqual("input"u8) ? rates with { Input = rate }
        : key.SequenceEqual("output"u8) ? rates with { Output = rate }
        : key.SequenceEqual("cache_read"u8) ? rates with { CacheRead = rate }
        : key.SequenceEqual("cache_write"u8) ? rates with { CacheWrite = rate }
        : key.SequenceEqual("cache_write_hour"u8) ? rates with { CacheWriteHour = rate }
        : key.SequenceEqual("reasoning"u8) ? rates with { Reasoning = rate }
        : key.SequenceEqual("input_audio"u8) ? rates with { InputAudio = rate }
        : key.SequenceEqual("output_audio"u8) ? rates with { OutputAudio = rate }
        : key.SequenceEqual("input_image"u8) ? rates with { InputImage = rate }
        : key.SequenceEqual("output_image"u8) ? rates with { OutputImage = rate }
        : throw Unknown("key", key);

    private static FormatException Unknown(string what, ReadOnlySpan<byte> text) => new($"unknown {what} '{Encoding.UTF8.GetString(text)}'");
}
