using Gateway.Config;
using Gateway.Core.Money;
using Gateway.Metering.Pricing;
using Gateway.Pipeline;
using Gateway.Providers;
using Gateway.Routing;
using Gateway.Tests.Cache;
using Gateway.Tests.Support;

namespace Gateway.Tests.Routing;

/// <summary>Targets of a provider that serves all endpoints, and requests for them.</summary>
internal static class RouteRig
{
    public const string Body = """{"model":"fast","messages":[{"role":"user","content":"hi"}]}""";

    private static readonly ProviderEntry Provider = Models.Provider() with { Manifest = ProviderCatalog.ByKind["openai-compatible"].Manifest };

    public static Target Target(string model, ConditionConfig? when = null, CapabilitiesConfig? said = null, CatalogCapabilities? known = null, long? window = null, ModelPrice? price = null) =>
        Models.Target(Provider, model, price) with { When = TargetCondition.Of(when), Abilities = TargetAbilities.Of(said, known, window) };

    public static Call Call(ModelEntry model, string body = Body, string key = "app", string? team = null, params (string Name, string Value)[] headers)
    {
        var call = CacheRig.Call(body, CacheRig.Key(key, team), headers: headers);
        var options = CallOptions.Read(call.Http.Request.Headers);
        options.Error.Should().BeNull();
        (call.Options, call.Model) = (options.Value, model);
        return call;
    }

    /// <summary>Names of the candidates' models.</summary>
    public static IReadOnlyList<string> Of(ModelEntry model, Call call)
    {
        var candidates = Candidates.Of(model, call);
        return [.. model.Targets.Where((_, i) => (candidates & (1UL << i)) != 0).Select(static t => t.Model)];
    }
}
