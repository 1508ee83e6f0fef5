using Gateway.Config;
using Gateway.Core.Money;

namespace Gateway.Admission;

/// <summary>One budget of one owner over all configuration generations. Guarded by the scope's lock.</summary>
internal sealed class BudgetState(BudgetPeriod period, string timezone, BudgetCalendar calendar, DateTimeOffset? attachedAt)
{
    // The dollars an Int64 of nano-dollars can hold are fewer than decimal's: a limit above them is as good as none.
    private const decimal LargestLimit = 9_000_000_000m;

    private BudgetWindow? _current;
    private BudgetWindow? _previous;

    public BudgetPeriod Period { get; } = period;

    public string Timezone { get; } = timezone;

    /// <summary>From when on this budget counted every attempt itself; null: from before the first one.</summary>
    public DateTimeOffset? AttachedAt { get; } = attachedAt;

    /// <summary>Nano-dollars.</summary>
    public long Limit { get; set; }

    /// <summary>Nano-dollars; past windows have holds of attempts that are still running.</summary>
    public long HeldInAllWindows { get; set; }

    /// <summary>What was spent before <see cref="AttachedAt"/> has been loaded.</summary>
    public bool Restored { get; set; }

    /// <summary>Whether the configuration means this budget, whatever its limit.</summary>
    public bool Is(BudgetConfig config) => config.Period == Period && config.Timezone == Timezone;

    public static long NanoLimit(BudgetConfig config) => NanoUsd.FromDollars(Math.Clamp(config.Limit, 0, LargestLimit)).Value;

    /// <summary>The window an attempt admitted now belongs to.</summary>
    /// <remarks>
    /// Nothing is ever reset: a new window begins at zero, and the one before stays for a clock that is set back into it. A clock set back to where there is no such window,
    /// but by no more than a window's length, stays in the current one: its money cannot be spent twice. Set back further than that, it finds a window as new.
    /// </remarks>
    public BudgetWindow WindowAt(long utcTicks)
    {
        if (_current is not { } current)
            return _current = new(this, calendar.At(utcTicks));
        if (current.Calendar.Contains(utcTicks))
            return current;
        if (_previous is { } previous && previous.Calendar.Contains(utcTicks))
        {
            _previous = current;
            return _current = previous;
        }
        var (start, end) = (current.Calendar.Start, current.Calendar.End);
        if (utcTicks < start && start - utcTicks <= end - start)
            return current;
        _previous = current;
        return _current = new(this, calendar.At(utcTicks));
    }
}
