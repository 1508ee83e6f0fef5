namespace Gateway.Config;

public enum LedgerSync { Interval, Always }

/// <summary>What a power loss may cost. A killed process costs nothing in either mode.</summary>
/// <param name="Sync">Whether a response waits for the disk.</param>
/// <param name="Interval">How often rows reach the disk where it does not.</param>
public sealed record LedgerConfig(LedgerSync Sync, TimeSpan Interval)
{
    public LedgerConfig() : this(LedgerSync.Interval, TimeSpan.FromSeconds(1))
    {
    }

    /// <summary>What an attempt costs that was under way when the process died.</summary>
    public InDoubtPolicy InDoubt { get; init; }

    /// <summary>On a store that gateways share: how long after one was last heard of what it has of budgets is in doubt, and <see cref="InDoubt"/> decides about it.</summary>
    public TimeSpan InDoubtAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The directory of the journal; null: where the store's kind has it by default.</summary>
    public string? Journal { get; init; }
}

public enum InDoubtPolicy
{
    /// <summary>All that was held for it: never less than the provider will bill.</summary>
    Charge,

    /// <summary>Nothing.</summary>
    Release,
}
