using Gateway.Core.Money;
using Gateway.Core.Usage;

namespace Gateway.Core.Stores;

/// <summary>Which rows; null means any.</summary>
/// <param name="From">Inclusive.</param>
/// <param name="To">Exclusive.</param>
public record LedgerFilter(DateTimeOffset? From = null, DateTimeOffset? To = null, string? Key = null, string? Team = null, string? Model = null, string? Provider = null)
{
    /// <summary>Rows of these teams only, whatever else is asked for; null: of any, and of none.</summary>
    public IReadOnlyList<string>? Teams { get; init; }
}

/// <param name="Cursor">The <c>next</c> of the page before, or null for the first.</param>
/// <param name="Limit">Rows a page, 1 to 1000.</param>
public sealed record LedgerQuery(LedgerFilter Filter, string? Cursor = null, int Limit = 100);

/// <param name="Next">Cursor of the page after this one; null on the last.</param>
public sealed record LedgerPage(IReadOnlyList<LedgerRow> Rows, string? Next);

/// <summary>What rows can be grouped by.</summary>
public enum UsageDimension
{
    Key, Team, Model, Provider, TargetModel, Endpoint, Status, Day, User,

    /// <summary><c>2026-11-20T08</c>, UTC.</summary>
    Hour,

    /// <summary><c>2026-11-20T08:30</c>, UTC.</summary>
    Minute,

    /// <summary>The gateway that made the attempt.</summary>
    Instance,

    /// <summary>What the application called the request. A row counts once under each of its tags, so that sums over tags can exceed the total.</summary>
    Tag,

    /// <summary>The function that was asked for. What was added up by day does not know it, and has null. Not together with <see cref="Tag"/>.</summary>
    Function,
}

public sealed record UsageQuery(LedgerFilter Filter, IReadOnlyList<UsageDimension> GroupBy)
{
    /// <summary>Without what was added up by day (<see cref="ILedgerStore.CompactAsync"/>).</summary>
    public bool RowsOnly { get; init; }

    /// <summary>The most sums that are read, the first ones in their order; null: all.</summary>
    public int? Limit { get; init; }
}

/// <param name="Group">The values of the dimensions, in the order asked for; null where a row has none.</param>
public sealed record UsageSum(IReadOnlyList<string?> Group, long Requests, TokenUsage Usage, NanoUsd Cost)
{
    /// <summary>How many of the requests were answered out of the cache.</summary>
    public long CacheHits { get; init; }

    /// <summary>What these did cost when they were made.</summary>
    public NanoUsd Saved { get; init; }
}
