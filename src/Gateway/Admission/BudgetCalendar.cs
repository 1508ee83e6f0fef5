using System.Diagnostics;
using Gateway.Config;

namespace Gateway.Admission;

/// <summary>
/// The windows of one period on the wall clock of one zone. Windows of a period touch each other: every instant lies in exactly one.
/// </summary>
/// <remarks>
/// A day begins at the first instant that bears its date: where midnight does not exist (clocks go forward at 00:00) that is the moment of the change, so days have 23, 24
/// or 25 hours, and a date that a zone skipped has none. An hour is a stretch with the same hour on the clock and the same offset: an hour that is repeated when clocks go
/// back is two windows.
/// </remarks>
internal sealed class BudgetCalendar(BudgetPeriod period, TimeZoneInfo zone)
{
    /// <summary>Offsets lie between -12 and +14 hours: a local midnight is at most so far from the same reading in UTC.</summary>
    private static readonly TimeSpan WidestOffset = TimeSpan.FromHours(15);

    // Thousands of budgets share a calendar and ask for the same window when it begins.
    private volatile CalendarWindow _latest = new(0, 0);

    /// <summary>The window the instant lies in.</summary>
    public CalendarWindow At(long utcTicks)
    {
        var latest = _latest;
        if (latest.Contains(utcTicks))
            return latest;
        return _latest = Find(new DateTime(utcTicks, DateTimeKind.Utc));
    }

    private CalendarWindow Find(DateTime utc) => period switch
    {
        BudgetPeriod.Minute => OnTheClock(utc, TimeSpan.TicksPerMinute),
        BudgetPeriod.Hour => OnTheClock(utc, TimeSpan.TicksPerHour),
        BudgetPeriod.Day or BudgetPeriod.Week or BudgetPeriod.Month => ByDates(utc),
        BudgetPeriod.Total => CalendarWindow.Always,
        _ => throw new UnreachableException($"unknown budget period {period}"),
    };

    private CalendarWindow OnTheClock(DateTime utc, long unit)
    {
        var offset = zone.GetUtcOffset(utc);
        var start = utc.AddTicks(-((utc + offset).Ticks % unit));
        var end = start.AddTicks(unit);
        // Lord Howe Island moves its clocks by half an hour: such a change begins a window of its own.
        if (zone.GetUtcOffset(start) != offset)
            start = First(start, utc, t => zone.GetUtcOffset(t) == offset);
        if (zone.GetUtcOffset(end.AddTicks(-1)) != offset)
            end = First(utc, end, t => zone.GetUtcOffset(t) != offset);
        return new(start.Ticks, end.Ticks);
    }

    private CalendarWindow ByDates(DateTime utc)
    {
        var first = FirstDate(DateOnly.FromDateTime(utc + zone.GetUtcOffset(utc)));
        // Clocks that go back over midnight show a date again that is already over.
        if (utc < StartOf(first))
            first = Step(first, -1);
        var next = Step(first, 1);
        if (utc >= StartOf(next))
            (first, next) = (next, Step(next, 1));
        return new(StartOf(first).Ticks, StartOf(next).Ticks);
    }

    private DateOnly FirstDate(DateOnly date) => period switch
    {
        BudgetPeriod.Week => date.AddDays(-(((int)date.DayOfWeek + 6) % 7)),
        BudgetPeriod.Month => new(date.Year, date.Month, 1),
        _ => date,
    };

    private DateOnly Step(DateOnly first, int windows) => period switch
    {
        BudgetPeriod.Week => first.AddDays(7 * windows),
        BudgetPeriod.Month => first.AddMonths(windows),
        _ => first.AddDays(windows),
    };

    private DateTime StartOf(DateOnly date)
    {
        var midnight = date.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
        return First(midnight - WidestOffset, midnight + WidestOffset, t => t + zone.GetUtcOffset(t) >= midnight);
    }

    /// <summary>The instant from which <paramref name="holds"/> is true, to the tick; it is false at <paramref name="from"/> and true at <paramref name="to"/>.</summary>
    private static DateTime First(DateTime from, DateTime to, Predicate<DateTime> holds)
    {
        var (no, yes) = (from.Ticks, to.Ticks);
        while (yes - no > 1)
        {
            var middle = no + (yes - no) / 2;
            if (holds(new DateTime(middle, DateTimeKind.Utc)))
                yes = middle;
            else
                no = middle;
        }
        return new DateTime(yes, DateTimeKind.Utc);
    }
}
