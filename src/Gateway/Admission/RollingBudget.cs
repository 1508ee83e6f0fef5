using System.Diagnostics;
using Gateway.Config;

namespace Gateway.Admission;

/// <summary>A budget for the last minute, hour, 24 hours, 7 days or 30 days, counted back from now.</summary>
/// <remarks>
/// Time is cut into slices of 1/120 of the period. What is spent in a slice counts until the whole slice is a period old: never more than the limit in any stretch
/// of that length, and money is free again at most a slice too late (half a second of a minute, 12 minutes of a day, 6 hours of 30 days).
/// </remarks>
internal sealed class RollingBudget(BudgetPeriod period, DateTimeOffset? attachedAt) : BudgetState(period, BudgetConfig.DefaultTimezone, attachedAt)
{
    private const int Slices = 120;

    private readonly long _length = LengthOf(period).Ticks;

    /// <summary>Oldest first, those in which an attempt asked; at most one more than a period has.</summary>
    private readonly List<BudgetWindow> _slices = [];

    public override bool IsRolling => true;

    protected override IEnumerable<BudgetWindow> Windows => _slices;

    public static TimeSpan LengthOf(BudgetPeriod period) => period switch
    {
        BudgetPeriod.Minute => TimeSpan.FromMinutes(1),
        BudgetPeriod.Hour => TimeSpan.FromHours(1),
        BudgetPeriod.Day => TimeSpan.FromDays(1),
        BudgetPeriod.Week => TimeSpan.FromDays(7),
        BudgetPeriod.Month => TimeSpan.FromDays(30),
        _ => throw new UnreachableException($"a budget for the {period} cannot roll"),
    };

    /// <remarks>A clock that is set back stays in the latest slice: money is not free again because of it.</remarks>
    public override BudgetWindow WindowAt(long utcTicks)
    {
        if (_slices.Count > 0 && utcTicks < _slices[^1].Calendar.End)
            return _slices[^1];
        _slices.RemoveAll(s => s.Calendar.End + _length <= utcTicks);
        var slice = new BudgetWindow(this, SliceAt(utcTicks));
        _slices.Add(slice);
        return slice;
    }

    public override BudgetAccount Account(BudgetWindow latest)
    {
        var (spent, held) = (0L, 0L);
        foreach (var slice in _slices)
        {
            spent = BudgetWindow.Sum(spent, slice.Spent);
            held += slice.Held;
        }
        return new(spent, held, Instant(latest.Calendar.Start - _length), spent + held == 0 ? null : Instant(_slices.FindLast(static s => s.Spent + s.Held > 0)!.Calendar.End + _length));
    }

    /// <remarks>A slice counts until all of it is a period old.</remarks>
    public override long CountsFrom(BudgetWindow window) => window.Calendar.Start - _length;

    public override DateTimeOffset? CountsUntil(BudgetWindow window) => Instant(window.Calendar.End + _length);

    public override DateTimeOffset? FreeAt(BudgetWindow latest, long hold)
    {
        var account = Account(latest);
        var used = account.Spent + account.Held;
        foreach (var slice in _slices)
        {
            used -= slice.Spent + slice.Held;
            if (used + hold <= Limit)
                return Instant(slice.Calendar.End + _length);
        }
        return null;
    }

    /// <summary>The slice of an instant before this budget was attached.</summary>
    public BudgetWindow SliceFor(long utcTicks)
    {
        var calendar = SliceAt(utcTicks);
        var index = _slices.FindIndex(s => s.Calendar.Start >= calendar.Start);
        if (index < 0 || _slices[index].Calendar != calendar)
            _slices.Insert(index = index < 0 ? _slices.Count : index, new(this, calendar));
        return _slices[index];
    }

    private CalendarWindow SliceAt(long utcTicks)
    {
        var slice = _length / Slices;
        var start = utcTicks - (utcTicks % slice);
        return new(start, start + slice);
    }

    private static DateTimeOffset Instant(long utcTicks) => new(utcTicks, TimeSpan.Zero);
}
