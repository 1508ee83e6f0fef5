using Gateway.Admission.Shares;
using Gateway.Config;
using Gateway.Core.Money;

namespace Gateway.Admission;

/// <summary>One budget of one owner over all configuration generations. Guarded by the scope's lock.</summary>
internal abstract class BudgetState(BudgetPeriod period, string timezone, DateTimeOffset? attachedAt)
{
    // The dollars an Int64 of nano-dollars can hold are fewer than decimal's: a limit above them is as good as none.
    private const decimal LargestLimit = 9_000_000_000m;

    public BudgetPeriod Period { get; } = period;

    public string Timezone { get; } = timezone;

    /// <summary>Whether it looks back from now, and not to where a period of the calendar began.</summary>
    public abstract bool IsRolling { get; }

    /// <summary>From when on this budget counted every attempt itself; null: from before the first one.</summary>
    public DateTimeOffset? AttachedAt { get; } = attachedAt;

    /// <summary>Nano-dollars.</summary>
    public long Limit { get; set; }

    /// <summary>Makes the share of a new window; null where this gateway has every budget to itself.</summary>
    public Func<BudgetWindow, BudgetShare>? ShareOf { get; init; }

    /// <summary>Nano-dollars; past windows have holds of attempts that are still running.</summary>
    public long HeldInAllWindows { get; set; }

    /// <summary>What was spent before <see cref="AttachedAt"/> has been loaded.</summary>
    public bool Restored { get; set; }

    /// <summary>Whether the configuration means this budget, whatever its limit.</summary>
    public bool Is(BudgetConfig config) => config.Period == Period && config.Timezone == Timezone && config.Rolling == IsRolling;

    /// <summary>Windows that something can still happen in.</summary>
    protected abstract IEnumerable<BudgetWindow> Windows { get; }

    /// <summary>Whether running attempts hold something of it, or the store of shares does not know yet what became of it.</summary>
    public bool IsBusy => HeldInAllWindows != 0 || Windows.Any(static w => w.Share is { IsTended: true });

    /// <summary>The window an attempt admitted now belongs to.</summary>
    public abstract BudgetWindow WindowAt(long utcTicks);

    /// <summary>What counts against the limit in that window, the latest: the account an attempt has to fit into.</summary>
    public abstract BudgetAccount Account(BudgetWindow latest);

    /// <summary>Where the first window begins that counts against the limit together with this one; ticks.</summary>
    public abstract long CountsFrom(BudgetWindow window);

    /// <summary>When what was spent in that window counts no more; null: never.</summary>
    public abstract DateTimeOffset? CountsUntil(BudgetWindow window);

    /// <summary>When so much more can be held at the earliest, if nothing else is spent and nothing held is given back; null: never.</summary>
    public abstract DateTimeOffset? FreeAt(BudgetWindow latest, long hold);

    /// <summary>Nano-dollars a new attempt may hold; never negative.</summary>
    public long Left(in BudgetAccount account) => account.Spent >= Limit ? 0 : Math.Max(0, Limit - account.Spent - account.Held);

    public static long NanoLimit(BudgetConfig config) => NanoUsd.FromDollars(Math.Clamp(config.Limit, 0, LargestLimit)).Value;
}

/// <summary>What counts against a budget now, in nano-dollars.</summary>
/// <param name="From">Since when it counts; null: for ever.</param>
/// <param name="ResetsAt">When nothing of it counts any more; null: never.</param>
internal readonly record struct BudgetAccount(long Spent, long Held, DateTimeOffset? From, DateTimeOffset? ResetsAt)
{
    /// <summary>With what other gateways spent and may spend by themselves, as far as it is known here.</summary>
    public BudgetAccount With(BudgetShare? share) => share is null ? this : this with
    {
        Spent = BudgetWindow.Sum(Spent, share.SpentByOthers),
        Held = BudgetWindow.Sum(Held, share.HeldByOthers),
    };
}
