namespace Gateway.Core.Stores;

/// <summary>Where gateways that share a store agree how much of each limit every one of them may use by itself.</summary>
public interface IShareStore : IAsyncDisposable
{
    /// <summary>Brings the schema up to date; safe to call again, and safe to be killed in.</summary>
    ValueTask MigrateAsync(CancellationToken cancellationToken);

    /// <summary>Says that this gateway lives, what it has of each limit, and what more it would like; in one transaction, one round trip. No limit twice.</summary>
    /// <param name="isFirst">Since this process began: whatever its predecessor had and is not among the requests goes back.</param>
    /// <param name="number">Grows with every exchange of an instance, over all its processes: one that arrives late changes nothing that a later one said.</param>
    /// <returns>For each request, in order, what it may use from now on; and for how long nothing was heard of it before.</returns>
    /// <exception cref="StoreException">Whether anything was granted is not known. What is asked next says what there really is.</exception>
    ValueTask<ShareAnswer> ExchangeAsync(Instance instance, bool isFirst, long number, IReadOnlyList<ShareRequest> requests, CancellationToken cancellationToken);

    /// <summary>The highest number that this instance ever said something under; 0 where it said nothing.</summary>
    /// <exception cref="StoreException">The query failed.</exception>
    ValueTask<long> LastNumberAsync(string instance, CancellationToken cancellationToken);

    /// <summary>Notes what gateways used of a limit before it was shared, except where they said so themselves.</summary>
    /// <exception cref="StoreException">All were noted or none; they can be noted again.</exception>
    ValueTask AdoptAsync(IReadOnlyList<PastUse> uses, CancellationToken cancellationToken);

    /// <summary>What the other gateways have of these limits. Of one that is silent for too long everything counts as used.</summary>
    /// <exception cref="StoreException">The query failed.</exception>
    ValueTask<IReadOnlyList<ShareOfOthers>> OthersAsync(string instance, IReadOnlyList<ShareSpan> spans, CancellationToken cancellationToken);

    /// <summary>What every gateway has of every budget, in spans that have not ended.</summary>
    /// <exception cref="StoreException">The query failed.</exception>
    ValueTask<IReadOnlyList<Lease>> LeasesAsync(CancellationToken cancellationToken);

    /// <summary>Every gateway that was ever seen, and what it has of budgets that it has not used.</summary>
    /// <exception cref="StoreException">The query failed.</exception>
    ValueTask<IReadOnlyList<InstanceStatus>> InstancesAsync(CancellationToken cancellationToken);

    /// <summary>Of the budgets named, makes free what a dead gateway has and neither said nor wrote into the ledger as spent. What it says when it comes back replaces that.</summary>
    /// <returns>How much that was, nano-dollars; null where there is no gateway of that name, or it lives.</returns>
    /// <exception cref="StoreException">Whether it was done is not known; it can be tried again.</exception>
    ValueTask<long?> ReleaseAsync(string instance, TimeSpan deadAfter, IReadOnlyList<LedgerSpend> spent, CancellationToken cancellationToken);

    /// <summary>Forgets a gateway that will not come again; what it has of budgets counts as spent.</summary>
    /// <returns>False where there is none of that name, or it lives.</returns>
    /// <exception cref="StoreException">Whether it was forgotten is not known; it can be tried again.</exception>
    ValueTask<bool> ForgetAsync(string instance, TimeSpan deadAfter, CancellationToken cancellationToken);

    /// <summary>Deletes what nobody can ask for any more: entries of spans that ended before <paramref name="before"/>.</summary>
    /// <exception cref="StoreException">The statement failed.</exception>
    ValueTask<int> PruneAsync(DateTimeOffset before, CancellationToken cancellationToken);
}

/// <param name="Id">The name of its journal.</param>
/// <param name="EndsAfter">After what silence of the store it spends nothing more of what it has of budgets; null: never, and so it is with programs that do not say so.</param>
public sealed record Instance(string Id, string Host, string Version, DateTimeOffset StartedAt, TimeSpan? EndsAfter = null);

/// <param name="SeenAt">By the store's clock, as <paramref name="Now"/>.</param>
/// <param name="Unused">Nano-dollars of budgets that it may spend and, when it last said so, had not.</param>
public sealed record InstanceStatus(Instance Instance, DateTimeOffset SeenAt, DateTimeOffset Now, long Unused);

/// <summary>One gateway's wish about one limit.</summary>
public sealed record ShareRequest
{
    /// <summary>Kind of limit and owner; the same text in every gateway.</summary>
    public required string Name { get; init; }

    /// <summary>Where the budget's window or slice begins, in ticks; 0 where there is none.</summary>
    public long Span { get; init; }

    /// <summary>The first span that counts against the limit: <see cref="Span"/> itself, or an earlier one where a budget rolls.</summary>
    public long From { get; init; }

    /// <summary>When the span ends; null where it does not.</summary>
    public DateTimeOffset? Until { get; init; }

    public required long Limit { get; init; }

    /// <summary>What this gateway has now; less than before gives the rest back.</summary>
    public required long Has { get; init; }

    /// <summary>Of that, what is used for good.</summary>
    public required long Used { get; init; }

    /// <summary>The least that more is of any use.</summary>
    public long Needs { get; init; }

    /// <summary>What everybody who waits for more wants together: as much of it as there is.</summary>
    public long Asked { get; init; }

    /// <summary>What it would like in reserve besides, of an eighth of what is left then: the last of a limit is not to be scattered over gateways.</summary>
    public long Likes { get; init; }

    /// <summary>How long after a gateway was last seen what it had still counts; null: for ever.</summary>
    public TimeSpan? Grace { get; init; }
}

/// <param name="Silence">How long the gateway had not been heard of, by the store's clock: its own may have stood still. Null where it never was, or was forgotten.</param>
public sealed record ShareAnswer(TimeSpan? Silence, IReadOnlyList<ShareGrant> Grants);

/// <param name="Has">What this gateway may use.</param>
/// <param name="Left">What of the limit nobody has.</param>
public readonly record struct ShareGrant(long Has, long Left, ShareOfOthers Others);

/// <summary>What one gateway has of one budget in one span.</summary>
/// <param name="Granted">What it may spend, what is spent included.</param>
/// <param name="Used">Of that, what was spent when it last said so.</param>
public sealed record Lease(string Name, long Span, string Instance, long Granted, long Used);

/// <param name="Until">As <see cref="ShareRequest.Until"/>.</param>
/// <param name="From">The first span that counts together with this one: where the instance has said anything itself about one of them, this is left out.</param>
public sealed record PastUse(string Name, long Span, long From, DateTimeOffset? Until, string Instance, long Used);

/// <summary>What the ledger's rows of one gateway come to in a budget's window.</summary>
/// <param name="Span">The window; budgets that roll have several in one, and what a dead gateway had of them is not given back.</param>
public sealed record LedgerSpend(string Name, long Span, long Spent);

/// <param name="From">The first span that counts.</param>
public readonly record struct ShareSpan(string Name, long From);

/// <param name="Have">What other gateways may use.</param>
/// <param name="Used">Of that, what is used for good.</param>
public readonly record struct ShareOfOthers(long Have, long Used);
