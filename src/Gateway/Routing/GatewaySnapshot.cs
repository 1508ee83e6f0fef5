using Gateway.Auth;
using Gateway.Cache;
using Gateway.Config;
using Gateway.Prompts;

namespace Gateway.Routing;

/// <summary>Everything a request needs to know, compiled from one configuration. A request reads the reference once and passes it down; a reload swaps it.</summary>
internal sealed class GatewaySnapshot
{
    /// <summary>Counts configurations from 1; every response's ledger row carries it.</summary>
    public required long Generation { get; init; }

    public required GatewayConfig Config { get; init; }

    public required Dictionary<KeyDigest, KeyEntry> Keys { get; init; }

    /// <summary>What of the cache must not be found any more.</summary>
    public CachePurges Purges { get; init; } = CachePurges.None;

    public required ModelTable Models { get; init; }

    public PromptTable Prompts { get; init; } = PromptTable.Empty;

    public IReadOnlyDictionary<string, ProviderEntry> Providers { get; init; } = new Dictionary<string, ProviderEntry>();

    /// <summary>The models as configured, wildcard ones too: what counters are kept for.</summary>
    public required IReadOnlyCollection<ModelEntry> Configured { get; init; }
}
