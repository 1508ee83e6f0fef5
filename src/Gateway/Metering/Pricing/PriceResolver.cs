using Gateway.Config;
using Gateway.Core.Money;

namespace Gateway.Metering.Pricing;

/// <summary>Which price a target has: the target's own in gateway.yaml, else its model's there, else the catalogue's, else none.</summary>
/// <remarks>
/// Kinds whose prices the operator makes or nobody publishes by name (<c>openai-compatible</c>, <c>vllm</c>, <c>ollama</c>, <c>openrouter</c>, …) are not in the
/// catalogue: without a price in the configuration they are unpriced, and <c>unpriced:</c> says what happens then.
/// </remarks>
internal sealed class PriceResolver(PriceCatalog catalog)
{
    /// <summary>The price version of rows priced by gateway.yaml; the row's <c>config_generation</c> says which one.</summary>
    public const string ConfigVersion = "config";

    /// <param name="kind">The provider's kind.</param>
    /// <param name="targetModel">The provider's name of the model.</param>
    /// <returns>Null: unpriced.</returns>
    public ModelPrice? Resolve(string kind, string targetModel, PriceConfig? ofTarget, PriceConfig? ofModel) =>
        (ofTarget ?? ofModel) is { } configured ? FromConfig(configured) : catalog.Find(kind, targetModel)?.Price;

    /// <summary>The most tokens of one answer of the model; null where the catalogue does not know it.</summary>
    public long? MaxOutput(string kind, string targetModel) => catalog.Find(kind, targetModel)?.MaxOutput;

    private static ModelPrice FromConfig(PriceConfig price) => new()
    {
        Version = ConfigVersion,
        Input = price.Input,
        Output = price.Output,
        CacheRead = price.CacheRead,
        CacheWrite = price.CacheWrite,
        Reasoning = price.Reasoning,
    };
}
