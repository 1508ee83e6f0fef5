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

    /// <summary>Rows whose price version the store has no line for: written before it kept them.</summary>
    public long PriceUnknown { get; set; }

    /// <summary>Rows that are gone because they were older than <c>telemetry.retention</c>; their sums by day are counted.</summary>
    public long AddedUp { get; set; }

    /// <summary>Rows came in while they were read: balances could not be compared.</summary>
    public bool WasMoving { get; set; }

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
internal sealed record BalanceCheck(OwnerKind OwnerKind, string Owner, BudgetPeriod Period, bool IsRolling, NanoUsd Spent, NanoUsd Rows);
