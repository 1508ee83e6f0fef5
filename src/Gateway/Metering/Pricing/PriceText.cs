using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gateway.Core.Money;
using Gateway.Core.Usage;

namespace Gateway.Metering.Pricing;

/// <summary>
/// A price as one line, in the catalogue's own form: <c>{ input: 0.15, output: 0.6, cache_read: 0.075, flex: { input: 0.075 } }</c>. Equal prices have equal lines, so the
/// line's digest names the price, and a ledger row can be priced again from it by any later version.
/// </summary>
internal static class PriceText
{
    /// <summary>Hexadecimal digits of the digest in a version: enough to tell millions of prices apart.</summary>
    private const int DigestDigits = 12;

    /// <summary><c>2026-08-01:3fa92c1b77d0</c>: where a price is from, and which it is.</summary>
    public static string Version(string list, string line) =>
        $"{list}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(line)))[..DigestDigits]}";

    /// <summary>Whether a version is that of a price of gateway.yaml, and not of the catalogue.</summary>
    public static bool IsOfConfig(string version) => version.StartsWith(PriceResolver.ConfigList + ":", StringComparison.Ordinal);

    public static string Write(PriceRates rates, decimal perCall, IReadOnlyList<PriceTier> tiers)
    {
        var line = new StringBuilder("{ ");
        Write(line, rates);
        if (perCall != 0) Write(line, "call", perCall);
        foreach (var tier in tiers)
        {
            line.Append(Key(tier)).Append(": { ");
            Write(line, tier.Rates);
            line.Length -= 2;
            line.Append(" }, ");
        }

        line.Length -= 2;
        return line.Append(" }").ToString();
    }

    /// <exception cref="FormatException">Not what <see cref="Write(PriceRates, decimal, IReadOnlyList{PriceTier})"/> writes.</exception>
    public static ModelPrice Parse(string version, string line)
    {
        var reader = new FlowReader(Encoding.UTF8.GetBytes(line));
        var price = new PriceParts();
        reader.Expect('{');
        while (reader.HasNext('}')) price.Read(reader.Key(), ref reader);
        return price.Build(version);
    }

    private static void Write(StringBuilder line, PriceRates rates)
    {
        Write(line, "input", rates.Input);
        Write(line, "output", rates.Output);
        Write(line, "cache_read", rates.CacheRead);
        Write(line, "cache_write", rates.CacheWrite);
        Write(line, "cache_write_hour", rates.CacheWriteHour);
        Write(line, "reasoning", rates.Reasoning);
        Write(line, "input_audio", rates.InputAudio);
        Write(line, "output_audio", rates.OutputAudio);
        Write(line, "input_image", rates.InputImage);
        Write(line, "output_image", rates.OutputImage);
    }

    // Without trailing zeros: 0.50 is the same price as 0.5.
    private static void Write(StringBuilder line, string key, decimal? rate)
    {
        if (rate is { } value) line.Append(key).Append(": ").Append(value.ToString("0.############################", CultureInfo.InvariantCulture)).Append(", ");
    }

    private static string Key(PriceTier tier)
    {
        var over = string.Create(CultureInfo.InvariantCulture, $"over_{tier.Over / 1000}k");
        return tier switch
        {
            { Tier: ServiceTier.Standard } => over,
            { Over: 0 } => tier.Tier.ToString().ToLowerInvariant(),
            _ => $"{tier.Tier.ToString().ToLowerInvariant()}_{over}",
        };
    }
}
