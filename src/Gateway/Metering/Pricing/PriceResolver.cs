using System.Collections.Concurrent;
using Gateway.Config;
using Gateway.Core.Money;

namespace Gateway.Metering.Pricing;

/// <summary>Which price a target has: the target's own in gateway.yaml, else its model's there, else the catalogue's, else none.</summary>
/// <remarks>
/// Kinds whose prices the operator makes or nobody publishes by name (<c>openai-compatible</c>, <c>vllm</c>, <c>ollama</c>, <c>openrouter</c>, …) are not in the
/// catalogue: without a price in the configuration they are unpriced, and <c>unpriced:</c> says what happens then.
/// </remarks>
internal sealed class PriceResolver(PriceCatalog catalog, PriceBook book)
{
    /// <summary>Where a price of gateway.yaml is from, in its version.</summary>
    public const string ConfigList = "config";

    // By value: a configuration that is loaded again has the same prices. Models matched by a wildcard ask with every request.
    private readonly ConcurrentDictionary<PriceConfig, ModelPrice> _configured = new();

    /// <param name="kind">The provider's kind.</param>
    /// <param name="targetModel">The provider's name of the model.</param>
    /// <returns>Null: unpriced.</returns>
    public ModelPrice? Resolve(string kind, string targetModel, PriceConfig? ofTarget, PriceConfig? ofModel)
    {
        var price = (ofTarget ?? ofModel) is { } configured ? _configured.GetOrAdd(configured, FromConfig) : catalog.Find(kind, targetModel)?.Price;
        if (price is not null) book.Add(price);
        return price;
    }

    /// <summary>The most tokens of one answer of the model; null where the catalogue does not know it.</summary>
    public long? MaxOutput(string kind, string targetModel) => catalog.Find(kind, targetModel)?.MaxOutput;

    /// <summary>The most tokens the model reads; null where the catalogue does not know it.</summary>
    public long? ContextWindow(string kind, string targetModel) => catalog.Find(kind, targetModel)?.ContextWindow;

    /// <summary>What the model can do beyond text; null where the catalogue does not know it.</summary>
    public CatalogCapabilities? Capabilities(string kind, string targetModel) => catalog.Find(kind, targetModel)?.Capabilities;

    private static ModelPrice FromConfig(PriceConfig price)
    {
        var rates = new PriceRates { Input = price.Input, Output = price.Output, CacheRead = price.CacheRead, CacheWrite = price.CacheWrite, CacheWriteHour = price.CacheWriteHour, Reasoning = price.Reasoning };
        return ModelPrice.Of(PriceText.Version(ConfigList, PriceText.Write(rates, price.Call ?? 0, [])), rates, price.Call ?? 0, []);
    }
}
