using System.Text;
using Gateway.Core.Money;
using Gateway.Core.Usage;

namespace Gateway.Metering.Pricing;

/// <summary>What a flow mapping says about a price, key by key.</summary>
internal sealed class PriceParts
{
    private readonly List<PriceTier> _tiers = [];
    private PriceRates _rates = new();
    private decimal _perCall;

    /// <exception cref="FormatException">No key of a price, or no number.</exception>
    public void Read(ReadOnlySpan<byte> key, ref FlowReader reader)
    {
        if (key.SequenceEqual("call"u8))
            _perCall = reader.Number();
        else if (TryTier(key, out var over, out var tier))
            _tiers.Add(new(over, tier, Rates(ref reader)));
        else
            _rates = WithRate(_rates, key, reader.Number());
    }

    /// <exception cref="ArgumentException">The plain input or output rate is missing.</exception>
    public ModelPrice Build(string version) => ModelPrice.Of(version, _rates, _perCall, _tiers);

    /// <summary>With the version that a price of that list gets from its content.</summary>
    /// <exception cref="ArgumentException">The plain input or output rate is missing.</exception>
    public ModelPrice BuildFrom(string list) => Build(PriceText.Version(list, PriceText.Write(_rates, _perCall, _tiers)));

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
        : throw new FormatException($"unknown key '{Encoding.UTF8.GetString(key)}'");
}
