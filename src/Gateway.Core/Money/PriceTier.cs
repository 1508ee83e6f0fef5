using Gateway.Core.Usage;

namespace Gateway.Core.Money;

/// <summary>Rates that replace a model's own ones for a long prompt, for a service tier, or for both together.</summary>
/// <param name="Over">They hold when the prompt has more tokens than this, and then for the whole request; 0: whatever its length.</param>
/// <param name="Tier">They hold when the provider served the request so; <see cref="ServiceTier.Standard"/>: in every tier.</param>
/// <param name="Rates">What they do not name keeps the rate it had.</param>
public sealed record PriceTier(long Over, ServiceTier Tier, PriceRates Rates);
