using Gateway.Core.Money;

namespace Gateway.Telemetry.Metrics;

/// <summary>A budget at the moment of a scrape.</summary>
/// <param name="OwnerKind">key, team, function or gateway.</param>
/// <param name="Owner">The owner's name.</param>
/// <param name="Period">minute, hour, day, week, month or total.</param>
/// <param name="Spent">Settled in the current window.</param>
/// <param name="Held">Reserved by attempts that are under way.</param>
internal readonly record struct BudgetReading(string OwnerKind, string Owner, string Period, NanoUsd Limit, NanoUsd Spent, NanoUsd Held);

/// <summary>A target at the moment of a scrape.</summary>
/// <param name="State">0 down, 1 degraded, 2 up.</param>
internal readonly record struct TargetReading(string Provider, string Model, int State, int InFlight);

/// <summary>How many requests there are at the moment of a scrape.</summary>
/// <param name="InUse">Under way.</param>
/// <param name="Limit">That may be.</param>
/// <param name="Waiting">That wait for one of them to end.</param>
internal readonly record struct ConcurrencyReading(int InUse, int Limit, int Waiting);

/// <summary>
/// Where figures come from that others keep anyway. Asked at every scrape, from the scraper's thread: an answer must be quick and must not throw.
/// A source that is null has no metric.
/// </summary>
internal sealed record MetricSources
{
    public Func<ConcurrencyReading>? Concurrency { get; init; }

    /// <summary>Ledger rows in the journal that are not in the store yet.</summary>
    public Func<long>? LedgerQueueLength { get; init; }

    /// <summary>Ledger rows lost. Must stay 0.</summary>
    public Func<long>? LedgerDropped { get; init; }

    public Func<long>? ConfigGeneration { get; init; }

    /// <summary>Whether the last change of the configuration file was taken over.</summary>
    public Func<bool>? ConfigLastReloadSuccessful { get; init; }

    public Func<IEnumerable<BudgetReading>>? Budgets { get; init; }

    /// <summary>What the cache has in memory.</summary>
    public Func<long>? CacheBytes { get; init; }

    /// <summary>Answers for the store's cache that were not written because too many waited.</summary>
    public Func<long>? CacheDropped { get; init; }

    public Func<IEnumerable<TargetReading>>? Targets { get; init; }

    /// <summary>The providers that are probed, and whether they answer.</summary>
    public Func<IEnumerable<(string Provider, bool IsUp)>>? Probes { get; init; }

    /// <summary>Exchanges about shared limits with the store, by outcome; null where limits are not shared.</summary>
    public Func<(long Ok, long Failed)>? ShareExchanges { get; init; }

    /// <summary>Whether the store does not answer, or does not take rows.</summary>
    public Func<bool>? StoreAway { get; init; }

    /// <summary>Log lines lost because stdout was not read fast enough.</summary>
    public Func<long>? LogLinesDropped { get; init; }
}
