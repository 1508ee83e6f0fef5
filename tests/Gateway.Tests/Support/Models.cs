using Gateway.Config;
using Gateway.Core.Money;
using Gateway.Core.Providers;
using Gateway.Pipeline;
using Gateway.Routing;
using Gateway.Routing.Health;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Support;

/// <summary>Entries of a snapshot, as tests need them: complete, and nothing behind them.</summary>
internal static class Models
{
    public static ProviderEntry Provider(string name = "acme", string kind = "openai-compatible") => new()
    {
        Name = name,
        Manifest = new ProviderManifest { Kind = kind },
        Config = new ProviderConfig { Name = name, Kind = kind },
        Connection = null,
    };

    public static Target Target(ProviderEntry provider, string model, ModelPrice? price = null, LimitsConfig? limits = null) => new()
    {
        Provider = provider,
        Model = model,
        ModelJson = JsonBytes.Quote(model),
        Name = $"{provider.Name}/{model}",
        Label = model,
        Price = price,
        Limits = limits ?? new LimitsConfig(),
        Health = Health(provider.Name, model),
        Affinity = TextHash.Of($"{provider.Name}/{model}"),
    };

    public static TargetHealth Health(string provider, string model, BreakerConfig? breaker = null, TimeProvider? time = null) =>
        new(provider, model, new(breaker ?? new BreakerConfig(), 0.2, 3), time ?? TimeProvider.System, static (_, _, _) => { });

    public static TargetHealthBook HealthBook() => new(TimeProvider.System, NullLogger<TargetHealthBook>.Instance);

    public static ModelEntry Model(string name, params Target[] targets) => new()
    {
        Name = name,
        Label = name,
        Strategy = Strategy.Weighted,
        Targets = targets,
        Fields = [],
        Unpriced = UnpricedPolicy.Reject,
        Keepalive = TimeSpan.Zero,
    };
}
