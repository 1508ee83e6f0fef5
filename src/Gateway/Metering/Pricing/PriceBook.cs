using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Gateway.Core.Money;

namespace Gateway.Metering.Pricing;

/// <summary>Every price this process has used, by version: what the ledger stores beside its rows, so that each can be priced again.</summary>
internal sealed class PriceBook
{
    private readonly ConcurrentDictionary<string, ModelPrice> _prices = new(StringComparer.Ordinal);

    public void Add(ModelPrice price) => _prices.TryAdd(price.Version, price);

    /// <summary>The price's line (<see cref="PriceText"/>).</summary>
    public bool TryGetLine(string version, [NotNullWhen(true)] out string? line)
    {
        line = _prices.TryGetValue(version, out var price) ? PriceText.Write(price.Rates, price.PerCall, price.Tiers) : null;
        return line is not null;
    }
}
