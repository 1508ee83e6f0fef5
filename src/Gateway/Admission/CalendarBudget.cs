using Gateway.Config;

namespace Gateway.Admission;

/// <summary>A budget that begins anew with each period of the calendar.</summary>
internal sealed class CalendarBudget(BudgetPeriod period, string timezone, BudgetCalendar calendar, DateTimeOffset? attachedAt) : BudgetState(period, timezone, attachedAt)
{
    private BudgetWindow? _current;
    private BudgetWindow? _previous;

    public override bool IsRolling => false;

    protected override IEnumerable<BudgetWindow> Windows => new[] { _current, _previous }.OfType<BudgetWindow>();

    /// <remarks>
    /// Nothing is ever reset: a new window begins at zero, and the one before stays for a clock that is set back into it. A clock set back to where there is no such window,
    /// but by no more than a window's length, stays in the current one: its money cannot be spent twice. Set back further than that, it finds a window as new.
    /// </remarks>
    public override BudgetWindow WindowAt(long utcTicks)
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

    public override BudgetAccount Account(BudgetWindow latest) => new(latest.Spent, latest.Held, latest.Calendar.StartsAt, latest.Calendar.EndsAt);

    public override long CountsFrom(BudgetWindow window) => window.Calendar.Start;

    public override DateTimeOffset? CountsUntil(BudgetWindow window) => window.Calendar.EndsAt;

    public override DateTimeOffset? FreeAt(BudgetWindow latest, long hold) => latest.Calendar.EndsAt;
}
