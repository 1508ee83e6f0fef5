using FsCheck;
using FsCheck.Fluent;
using Gateway.Admission;
using Gateway.Config;
using static Gateway.Tests.Admission.AdmissionRig;

namespace Gateway.Tests.Admission;

public sealed class BudgetWindowTests
{
    private static readonly DateTimeOffset BeforeMidnight = new(2026, 11, 20, 23, 59, 59, TimeSpan.Zero);

    [Fact]
    public void What_was_admitted_before_midnight_and_settles_after_it_is_charged_to_the_day_before()
    {
        var rig = new AdmissionRig(BeforeMidnight).Configure([Key("web-app", null, null, Budget(100), Budget(1000, BudgetPeriod.Month))]);
        var late = rig.MustEnter(100);

        rig.Time.Advance(TimeSpan.FromSeconds(4));
        var fresh = rig.MustEnter(100);
        Settle(late, 70);

        rig.Status().Should().Match<BudgetStatus>(s => s.Spent.Value == 0 && s.Held.Value == 100 * NanoPerToken, "the new day begins with nothing spent");
        rig.Status(period: BudgetPeriod.Month).Spent.Value.Should().Be(70 * NanoPerToken);
        Settle(fresh, 20);
        rig.Status().Should().Match<BudgetStatus>(s => s.Spent.Value == 20 * NanoPerToken && s.WindowStart == new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero));
        rig.Book.Held.Value.Should().Be(0);
    }

    [Fact]
    public void Holds_of_past_windows_are_held_until_they_settle()
    {
        var rig = new AdmissionRig().Configure([Key("web-app", null, null, Budget(10, BudgetPeriod.Minute))]);
        var running = Enumerable.Range(0, 5).Select(_ =>
        {
            var reservation = rig.MustEnter(10);
            rig.Time.Advance(TimeSpan.FromMinutes(1));
            return reservation;
        }).ToList();

        rig.Status(period: BudgetPeriod.Minute).Held.Value.Should().Be(0);
        rig.Book.Held.Value.Should().Be(50 * NanoPerToken);
        running.ForEach(r => Settle(r, 10));
        rig.Book.Held.Value.Should().Be(0);
        rig.Status(period: BudgetPeriod.Minute).Spent.Value.Should().Be(0);
    }

    [Fact]
    public void A_clock_that_is_ahead_for_a_while_neither_loses_nor_doubles_a_day()
    {
        var rig = new AdmissionRig(BeforeMidnight.AddMinutes(-30)).Configure([Key("web-app", null, null, Budget(100))]);
        Settle(rig.MustEnter(60), 60);

        rig.Time.SetClock(rig.Time.GetUtcNow().AddHours(1));
        Settle(rig.MustEnter(30), 30);
        rig.Time.SetClock(rig.Time.GetUtcNow().AddHours(-1));

        rig.Enter(41).IsAdmitted.Should().BeFalse("60 of today's 100 are spent");
        Settle(rig.MustEnter(40), 40);
        rig.Time.Advance(TimeSpan.FromHours(1));
        rig.Enter(71).IsAdmitted.Should().BeFalse("30 of tomorrow's 100 were spent while the clock was ahead");
        Settle(rig.MustEnter(70), 70);
        rig.Status().Spent.Value.Should().Be(100 * NanoPerToken);
    }

    [Fact]
    public void A_clock_set_back_before_the_first_window_finds_no_money_there()
    {
        var rig = new AdmissionRig(BeforeMidnight.AddMinutes(30)).Configure([Key("web-app", null, null, Budget(100))]);
        Settle(rig.MustEnter(100), 100);

        rig.Time.SetClock(rig.Time.GetUtcNow().AddHours(-1));

        rig.Enter(1).IsAdmitted.Should().BeFalse();
    }

    [Fact]
    public void A_clock_set_back_by_many_windows_does_not_stop_a_minute_budget()
    {
        var rig = new AdmissionRig().Configure([Key("web-app", null, null, Budget(10, BudgetPeriod.Minute))]);
        Settle(rig.MustEnter(10), 10);

        rig.Time.SetClock(rig.Time.GetUtcNow().AddHours(-1));

        rig.Enter(10).IsAdmitted.Should().BeTrue();
        rig.Enter(1).IsAdmitted.Should().BeFalse();
    }

    [Fact]
    public void Grants_of_every_window_agree_with_a_plain_sum_by_calendar_day()
    {
        // (hours that pass, tokens asked, tokens spent in percent of them)
        var step =
            from hours in Gen.Choose(0, 20)
            from ask in Gen.Choose(1, 60)
            from percent in Gen.Choose(0, 100)
            select (hours, ask, percent);

        Prop.ForAll(step.ListOf(60).ToArbitrary(), static list =>
        {
            var zone = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");
            var rig = new AdmissionRig(new DateTimeOffset(2026, 10, 25, 0, 0, 0, TimeSpan.Zero)).Configure([Key("web-app", null, null, Budget(100, BudgetPeriod.Day, zone.Id))]);
            var spent = new Dictionary<DateTime, long>();
            var running = new Queue<(Reservation Reservation, DateTime Day, long Held, long Cost)>();
            foreach (var (hours, ask, percent) in list)
            {
                rig.Time.Advance(TimeSpan.FromHours(hours));
                var day = TimeZoneInfo.ConvertTime(rig.Time.GetUtcNow(), zone).Date;
                if (running.Count > 1)
                {
                    var first = running.Dequeue();
                    Settle(first.Reservation, first.Cost);
                    spent[first.Day] = spent.GetValueOrDefault(first.Day) + first.Cost;
                }
                var fits = spent.GetValueOrDefault(day) + running.Where(r => r.Day == day).Sum(r => r.Held) + ask <= 100;
                var result = rig.Enter(ask);
                if (result.IsAdmitted != fits)
                    return false;
                if (fits)
                    running.Enqueue((result.Reservation!, day, ask, ask * percent / 100));
            }
            return true;
        }).Check(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(200));
    }
}
