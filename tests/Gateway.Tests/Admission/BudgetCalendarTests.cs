using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Gateway.Admission;
using Gateway.Config;

namespace Gateway.Tests.Admission;

public sealed class BudgetCalendarTests
{
    // Half-hour and quarter-hour offsets, a half-hour change of clocks, changes at midnight in both directions, and a zone that skipped a day.
    private static readonly string[] Zones =
    [
        "UTC", "Europe/Madrid", "America/New_York", "Pacific/Apia", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Havana", "Asia/Tehran", "Pacific/Chatham", "Africa/Casablanca",
    ];

    [Theory]
    [InlineData(BudgetPeriod.Minute, "Europe/Madrid", "2026-11-20T12:34:56Z", "2026-11-20T12:34:00Z", "2026-11-20T12:35:00Z")]
    [InlineData(BudgetPeriod.Hour, "UTC", "2026-11-20T12:59:59.999Z", "2026-11-20T12:00:00Z", "2026-11-20T13:00:00Z")]
    [InlineData(BudgetPeriod.Hour, "Asia/Kathmandu", "2026-11-20T12:20:00Z", "2026-11-20T12:15:00Z", "2026-11-20T13:15:00Z")]
    [InlineData(BudgetPeriod.Hour, "Europe/Madrid", "2026-10-25T00:30:00Z", "2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z")]
    [InlineData(BudgetPeriod.Hour, "Europe/Madrid", "2026-10-25T01:30:00Z", "2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z")]
    [InlineData(BudgetPeriod.Hour, "Australia/Lord_Howe", "2026-04-04T14:50:00Z", "2026-04-04T14:00:00Z", "2026-04-04T15:00:00Z")]
    [InlineData(BudgetPeriod.Hour, "Australia/Lord_Howe", "2026-04-04T15:10:00Z", "2026-04-04T15:00:00Z", "2026-04-04T15:30:00Z")]
    [InlineData(BudgetPeriod.Day, "UTC", "2026-11-20T00:00:00Z", "2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z")]
    [InlineData(BudgetPeriod.Day, "UTC", "2028-02-29T23:59:59Z", "2028-02-29T00:00:00Z", "2028-03-01T00:00:00Z")]
    [InlineData(BudgetPeriod.Day, "Europe/Madrid", "2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z")]
    [InlineData(BudgetPeriod.Day, "Europe/Madrid", "2026-10-25T12:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z")]
    [InlineData(BudgetPeriod.Day, "America/New_York", "2026-03-08T12:00:00Z", "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z")]
    [InlineData(BudgetPeriod.Day, "America/New_York", "2026-11-01T12:00:00Z", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z")]
    [InlineData(BudgetPeriod.Day, "America/Havana", "2026-03-08T12:00:00Z", "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z")]
    [InlineData(BudgetPeriod.Day, "America/Havana", "2026-11-01T12:00:00Z", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z")]
    [InlineData(BudgetPeriod.Day, "Pacific/Apia", "2026-01-31T10:59:59Z", "2026-01-30T11:00:00Z", "2026-01-31T11:00:00Z")]
    [InlineData(BudgetPeriod.Day, "Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z")]
    [InlineData(BudgetPeriod.Day, "Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z")]
    [InlineData(BudgetPeriod.Week, "UTC", "2026-11-20T12:00:00Z", "2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z")]
    [InlineData(BudgetPeriod.Week, "UTC", "2026-11-22T23:59:59Z", "2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z")]
    [InlineData(BudgetPeriod.Week, "UTC", "2027-01-01T00:00:00Z", "2026-12-28T00:00:00Z", "2027-01-04T00:00:00Z")]
    [InlineData(BudgetPeriod.Week, "Europe/Madrid", "2026-10-25T12:00:00Z", "2026-10-18T22:00:00Z", "2026-10-25T23:00:00Z")]
    [InlineData(BudgetPeriod.Month, "UTC", "2026-01-31T23:59:59Z", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z")]
    [InlineData(BudgetPeriod.Month, "UTC", "2028-02-29T12:00:00Z", "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z")]
    [InlineData(BudgetPeriod.Month, "Europe/Madrid", "2026-03-31T22:00:00Z", "2026-03-31T22:00:00Z", "2026-04-30T22:00:00Z")]
    [InlineData(BudgetPeriod.Month, "America/New_York", "2026-12-31T23:00:00Z", "2026-12-01T05:00:00Z", "2027-01-01T05:00:00Z")]
    public void A_window_begins_and_ends_with_the_calendar_of_its_zone(BudgetPeriod period, string zone, string instant, string start, string end)
    {
        var window = Calendar(period, zone).At(Parse(instant).UtcTicks);

        (window.StartsAt, window.EndsAt).Should().Be((Parse(start), Parse(end)));
    }

    [Fact]
    public void A_total_budget_has_one_window()
    {
        var calendar = Calendar(BudgetPeriod.Total, "Europe/Madrid");

        var window = calendar.At(Parse("2026-11-20T12:00:00Z").UtcTicks);

        window.Should().Be(CalendarWindow.Always).And.BeSameAs(calendar.At(Parse("2199-11-20T12:00:00Z").UtcTicks));
        (window.StartsAt, window.EndsAt).Should().Be((null, null));
    }

    [Fact]
    public void Windows_agree_with_a_walk_along_the_clock()
    {
        var cases =
            from zone in Gen.Elements(Zones)
            from period in Gen.Elements(BudgetPeriod.Hour, BudgetPeriod.Day, BudgetPeriod.Week, BudgetPeriod.Month)
            from minute in Gen.Choose(0, 30 * 365 * 24 * 60)
            from second in Gen.Choose(0, 59)
            select (zone, period, instant: Parse("2005-01-01T00:00:00Z").AddMinutes(minute).AddSeconds(second));

        Prop.ForAll(cases.ToArbitrary(), static c => Agree(c.zone, c.period, c.instant)).Check(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Fact]
    public void Windows_agree_with_a_walk_along_the_clock_wherever_clocks_change()
    {
        foreach (var zone in Zones)
        {
            var info = TimeZoneInfo.FindSystemTimeZoneById(zone);
            var hour = Parse("2010-12-31T00:00:00Z");
            for (; hour.Year < 2013; hour = hour.AddHours(1))
            {
                if (info.GetUtcOffset(hour) == info.GetUtcOffset(hour.AddHours(-1)))
                    continue;
                foreach (var minutes in (int[])[-90, -61, -60, -31, -1, 0, 1, 29, 30, 59, 60, 90, 1439, 1440])
                {
                    Agree(zone, BudgetPeriod.Hour, hour.AddMinutes(minutes)).Should().BeTrue($"{zone} hour at {hour:O} {minutes} min");
                    Agree(zone, BudgetPeriod.Day, hour.AddMinutes(minutes)).Should().BeTrue($"{zone} day at {hour:O} {minutes} min");
                }
            }
        }
    }

    /// <summary>The oracle: walks by quarters of an hour, on which all clocks of these zones change, as long as the clock shows the same window.</summary>
    private static bool Agree(string zone, BudgetPeriod period, DateTimeOffset instant)
    {
        var info = TimeZoneInfo.FindSystemTimeZoneById(zone);
        var quarter = TimeSpan.FromMinutes(15);
        var here = Label(instant);
        var start = new DateTimeOffset(instant.UtcTicks - instant.UtcTicks % quarter.Ticks, TimeSpan.Zero);
        var end = start + quarter;
        while (Label(start - quarter) == here)
            start -= quarter;
        while (Label(end) == here)
            end += quarter;
        var window = Calendar(period, zone).At(instant.UtcTicks);
        return window.Start == start.UtcTicks && window.End == end.UtcTicks;

        string Label(DateTimeOffset at)
        {
            var local = TimeZoneInfo.ConvertTime(at, info);
            var monday = local.Date;
            while (monday.DayOfWeek != DayOfWeek.Monday)
                monday = monday.AddDays(-1);
            return period switch
            {
                BudgetPeriod.Hour => local.ToString("yyyy-MM-dd HH zzz", CultureInfo.InvariantCulture),
                BudgetPeriod.Day => local.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                BudgetPeriod.Week => monday.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                _ => local.ToString("yyyy-MM", CultureInfo.InvariantCulture),
            };
        }
    }

    private static BudgetCalendar Calendar(BudgetPeriod period, string zone) => new(period, TimeZoneInfo.FindSystemTimeZoneById(zone));

    private static DateTimeOffset Parse(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
