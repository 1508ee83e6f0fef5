using Gateway.Admission;
using Gateway.Config;
using Gateway.Core.Money;

namespace Gateway.Metering.Audit;

/// <summary>What an audit found.</summary>
internal sealed class AuditReport
{
    /// <summary>Differences that are told one by one; the others are only counted.</summary>
    public const int MaxTold = 100;

    private readonly List<string> _told = [];

    public long Rows { get; set; }

    public NanoUsd Total { get; set; }

    /// <summary>Rows that cost what their price says.</summary>
    public long PricedAgain { get; set; }

    /// <summary>Rows of attempts that a death of the process cut off: charged with what was held, or nothing.</summary>
    public long InDoubt { get; set; }

    /// <summary>Rows of models without a price.</summary>
    public long Unpriced { get; set; }

    /// <summary>Answers out of the cache, which cost nothing.</summary>
    public long Cached { get; set; }

    /// <summary>Rows whose price version the store has no line for: written before it kept them.</summary>
    public long PriceUnknown { get; set; }

    /// <summary>Rows that are gone because they were older than <c>telemetry.retention</c>; their sums by day are counted.</summary>
    public long AddedUp { get; set; }

    public IReadOnlyList<BalanceCheck> Balances { get; set; } = [];

    public long Differences { get; private set; }

    public IReadOnlyList<string> Told => _told;

    public void Differs(string what)
    {
        Differences++;
        if (_told.Count < MaxTold) _told.Add(what);
    }
}

/// <summary>One budget: what a process that starts now would take for spent, and what the rows of its window add up to.</summary>
/// <param name="Limit">With every raise that was in force at any time of the window.</param>
internal sealed record BalanceCheck(OwnerKind OwnerKind, string Owner, BudgetPeriod Period, bool IsRolling, NanoUsd Limit, NanoUsd Spent, NanoUsd Rows)
{
    /// <summary>What gateways that share the store say about it.</summary>
    public IReadOnlyList<ShareCheck> Shares { get; set; } = [];

    /// <summary>What was spent beyond the limit. That alone is no fault: docs/ledger.md says what can lead to it.</summary>
    public NanoUsd Over => Spent > Limit ? Spent - Limit : NanoUsd.Zero;

    public string Name => $"budget of {OwnerKind.Label()} '{Owner}' ({(IsRolling ? "rolling " : "")}{Period.ToString().ToLowerInvariant()})";
}

/// <summary>What one gateway has of one budget, and what its rows came to.</summary>
/// <param name="Instance">Empty: rows of before it was noted which gateway made them.</param>
/// <param name="IsAlive">Whether it was heard of in the last seconds: then what it counts has to be what its rows say.</param>
/// <param name="SeenAt">Null: nobody knows it any more.</param>
/// <param name="Counted">What it says is spent.</param>
/// <param name="Held">What it may spend besides, and nobody else may.</param>
internal sealed record ShareCheck(string Instance, bool IsAlive, DateTimeOffset? SeenAt, NanoUsd Counted, NanoUsd Held, NanoUsd Rows);
