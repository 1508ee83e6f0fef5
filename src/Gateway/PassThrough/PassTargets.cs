using Gateway.Core.Money;
using Gateway.Metering.Pricing;
using Gateway.Pipeline;
using Gateway.Routing;

namespace Gateway.PassThrough;

/// <summary>What a call of a provider's own API is reserved, priced and recorded under: the configured target of that provider and model where there is one, with its limits, else the catalogue's model.</summary>
internal sealed class PassTargets
{
    /// <summary>What the ledger has as the model of a call that names none.</summary>
    public const string NoModel = "-";

    private static readonly PriceRates Nothing = new() { Input = 0, Output = 0 };

    /// <summary>Of calls that providers do not bill.</summary>
    private readonly ModelPrice _free = ModelPrice.Of(PriceText.Version("free", PriceText.Write(Nothing, 0, [])), Nothing, 0, []);

    public PassTargets(PriceBook prices) => prices.Add(_free);

    /// <param name="model">The provider's name of it; empty where the call names none.</param>
    public (ModelEntry Model, Target Target) Of(GatewaySnapshot snapshot, ProviderEntry provider, string model, in PassOperation operation)
    {
        var named = model.Length > 0 ? model : NoModel;
        var direct = snapshot.Models.Direct(provider, named);
        var (entry, target) = Configured(snapshot, provider, named, direct) ?? (direct, direct.Targets[0]);
        target = operation.Shape switch
        {
            PassShape.Free => target with { Price = _free },
            PassShape.Unknown => target with { Price = null },   // tokens of that model are not all it can cost
            _ => target,
        };
        return (direct with { Targets = [target], Label = entry.Label, Unpriced = entry.Unpriced, OnStoreFailure = entry.OnStoreFailure }, target);
    }

    /// <summary>The first target of the configuration that is this model of this provider; an exact name before one with a star.</summary>
    private static (ModelEntry, Target)? Configured(GatewaySnapshot snapshot, ProviderEntry provider, string model, ModelEntry direct)
    {
        (ModelEntry, Target)? matched = null;
        foreach (var entry in snapshot.Configured)
        {
            foreach (var target in entry.Targets)
            {
                if (!ReferenceEquals(target.Provider, provider)) continue;
                if (target.Model == model) return (entry, target);
                if (matched is null && Matches(target.Model, model)) matched = (entry, Named(target, model, direct.Targets[0]));
            }
        }

        return matched;
    }

    private static bool Matches(string pattern, string model) => pattern.IndexOf('*', StringComparison.Ordinal) is var star and >= 0
        && model.Length >= pattern.Length - 1 && model.AsSpan().StartsWith(pattern.AsSpan(0, star)) && model.AsSpan().EndsWith(pattern.AsSpan(star + 1));

    /// <summary>It shares limits and counters with the configured one.</summary>
    private static Target Named(Target pattern, string model, Target direct) => pattern with
    {
        Model = model,
        ModelJson = JsonBytes.Quote(model),
        Name = direct.Name,
        Price = pattern.Price ?? direct.Price,
        MaxOutput = direct.MaxOutput,
        ContextWindow = direct.ContextWindow,
    };
}
