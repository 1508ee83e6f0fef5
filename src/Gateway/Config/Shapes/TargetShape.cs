using Gateway.Config.Binding;
using Gateway.Config.Values;
using Gateway.Routing;

namespace Gateway.Config.Shapes;

/// <summary><c>{ provider: openai, model: gpt-4o-mini, weight: 3 }</c></summary>
internal static class TargetShape
{
    private static readonly TargetConfig Defaults = new() { Provider = "", Model = "" };

    private static readonly Key<string> Provider = new("provider", Texts.ProviderName, "The name of an entry of providers.") { Required = true };

    private static readonly Key<string> Model = new("model", Texts.Model, "The provider's name of the model. Where the model's own name ends in '*', a '*' here stands for what it matched.") { Required = true };

    private static readonly Key<int> Weight = new("weight", Integers.Weight, "Its share of the requests, relative to the others' (strategy weighted). 0: only when the others fail.") { Default = Defaults.Weight };

    private static readonly Key<PriceConfig> Price = new("price", PriceShape.Kind, "US dollars per million tokens here; absent: the model's price, else the catalogue's.");

    private static readonly Key<long> Rpm = new("rpm", Integers.Rate, "Requests a minute this target takes; absent: no limit.");

    private static readonly Key<long> Tpm = new("tpm", Integers.Rate, "Tokens a minute this target takes; absent: no limit.");

    private static readonly Key<int> Concurrency = new("concurrency", Integers.Concurrency, "Requests at the same time this target takes; absent: no limit.");

    private static readonly Key<ConditionConfig> When = new("when", ConditionShape.Kind, "Which requests it is for; all that stands here must hold. Absent: every request.");

    private static readonly Key<CapabilitiesConfig> Capabilities = new("capabilities", CapabilitiesShape.Kind, "What it can do. A request that needs what it cannot goes elsewhere, or is refused where nothing else can.");

    private static readonly Key<double> Quality = new("quality", NumberKind.Share, "How good you think it is, from 0 to 1, for min_quality; absent: not rated.");

    private static readonly RecordKind<TargetConfig> Kind = new("target", [Provider, Model, Weight, Price, When, Capabilities, Quality, Rpm, Tpm, Concurrency], Build);

    public static readonly ListKind<TargetConfig> List = new("a list of targets", Kind) { Min = 1, Max = RoutePlan.MaxTargets };

    private static TargetConfig Build(MappingReader m)
    {
        var target = new TargetConfig
        {
            Provider = Shared(m, Provider),
            Model = Shared(m, Model),
            Weight = m.Get(Weight),
            Price = m.Get(Price),
            When = m.Get(When),
            Capabilities = m.Get(Capabilities),
            Quality = m.GetOrNull(Quality),
            Rpm = m.GetOrNull(Rpm),
            Tpm = m.GetOrNull(Tpm),
            Concurrency = m.GetOrNull(Concurrency),
        };
        if (target.Provider is not null)
            CheckProvider(m, target.Provider);
        if (target.Model is not null && target.Model.AsSpan().Count('*') > 1)
            m.Fail(Model, "has more than one '*'; one stands for what the model's wildcard matched");
        return target;
    }

    /// <returns>Null where it is wrong, which was reported: nothing is made of the record then.</returns>
    private static string Shared(MappingReader m, Key<string> key) => m.Get(key) is { } text ? m.Context.Pool.Share(text) : null!;

    private static void CheckProvider(MappingReader m, string name)
    {
        var providers = m.Context.Providers;
        m.RequireKnown(Provider, name, providers);
        if (m.Context.KindOf.TryGetValue(name, out var kind) && !kind.ServesModels)
            m.Fail(Provider, $"kind {kind.Name} serves no endpoint, so a target cannot go there");
    }
}
