using FsCheck;
using FsCheck.Fluent;
using Gateway.Admission;

namespace Gateway.Tests.Admission;

/// <summary>Times are milliseconds here.</summary>
public sealed class SlidingWindowTests
{
    private const long Minute = 60_000;
    private const long Slice = Minute / SlidingWindow.Slices;

    [Fact]
    public void Never_more_than_the_limit_in_any_minute_and_never_stricter_than_a_slice()
    {
        var scenarios =
            from limit in Gen.OneOf(Gen.Choose(1, 20), Gen.Choose(100, SlidingWindow.Slices + 1), Gen.Choose(300, 3000))
            from steps in Gen.Zip(Gen.Frequency((6, Gen.Choose(0, 40)), (3, Gen.Choose(0, 2000)), (1, Gen.Choose(0, 70_000))), Gen.Choose(1, 60)).ListOf(400)
            select (limit, steps);

        Prop.ForAll(scenarios.ToArbitrary(), static s => Obeys(s.limit, [.. s.steps])).Check(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(400));
    }

    private static bool Obeys(long limit, List<(int Pause, int Amount)> steps)
    {
        var window = new SlidingWindow(Minute) { Limit = limit };
        var counted = new List<(long At, long Amount)>();
        var slack = limit > SlidingWindow.Slices ? Slice : 0;
        var now = 0L;
        foreach (var (pause, amount) in steps)
        {
            now += pause;
            window.Expire(now);
            if (window.HasRoom(amount))
            {
                window.Add(now, amount);
                counted.Add((now, amount));
                if (InTheLast(Minute) > limit)
                    return false;
                continue;
            }
            if (InTheLast(Minute + slack) + amount <= limit)
                return false;
            if (amount > limit)
                continue;
            var wait = window.WaitFor(now, amount);
            window.Expire(now + wait);
            if (wait <= 0 || !window.HasRoom(amount))
                return false;
            // What was looked at ahead of time has expired: go on from there.
            now += wait;
        }
        return true;

        long InTheLast(long span) => counted.Where(c => c.At > now - span).Sum(c => c.Amount);
    }

    [Fact]
    public void A_small_limit_is_exact_to_the_tick()
    {
        var window = new SlidingWindow(Minute) { Limit = 2 };
        window.Add(0, 1);
        window.Add(100, 1);

        window.WaitFor(100, 1).Should().Be(Minute - 100);
        window.Expire(Minute - 1);
        window.HasRoom(1).Should().BeFalse();
        window.Expire(Minute);
        window.HasRoom(1).Should().BeTrue();
        window.HasRoom(2).Should().BeFalse();
    }

    [Fact]
    public void A_large_limit_keeps_a_slice_as_long_as_its_last_use_counts()
    {
        var window = new SlidingWindow(Minute) { Limit = 1000 };
        window.Add(0, 600);
        window.Add(Slice - 1, 400);

        window.Expire(Minute + Slice - 2);
        window.Used.Should().Be(1000);
        window.Expire(Minute + Slice - 1);
        window.Used.Should().Be(0);
    }

    [Fact]
    public void A_correction_counts_where_the_estimate_stood()
    {
        var window = new SlidingWindow(Minute) { Limit = 1000 };
        var first = window.Add(0, 500);
        var second = window.Add(1000, 500);

        window.Correct(first, 500, 100);
        window.Used.Should().Be(600);
        window.Expire(Minute);
        window.Used.Should().Be(500);
        window.Correct(first, 500, 0);
        window.Used.Should().Be(500, "the first has expired");
        window.Correct(second, 500, 700);
        window.Used.Should().Be(700);
        window.Expire(Minute + 1000);
        window.Used.Should().Be(0);
    }

    [Fact]
    public void Corrections_agree_with_an_exact_log()
    {
        var step =
            from pause in Gen.Choose(0, 3000)
            from counted in Gen.Choose(1, 50)
            from actual in Gen.Choose(0, 50)
            select (pause, counted, actual);

        Prop.ForAll(step.ListOf(200).ToArbitrary(), static list =>
        {
            // So large a limit that nothing is refused; every use has an entry of its own, because each is a slice apart.
            var window = new SlidingWindow(Minute) { Limit = 1_000_000 };
            var log = new List<(long At, long Position, long Counted, long Now)>();
            var now = 0L;
            foreach (var (pause, counted, actual) in list)
            {
                now += Slice + pause;
                window.Expire(now);
                log.Add((now, window.Add(now, counted), counted, counted));
                var late = log.Count / 2;
                window.Correct(log[late].Position, log[late].Now, actual);
                log[late] = log[late] with { Now = log[late].At > now - Minute ? actual : log[late].Now };
                if (window.Used != log.Where(e => e.At > now - Minute).Sum(e => e.Now))
                    return false;
            }
            return true;
        }).Check(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(200));
    }

    [Fact]
    public void A_limit_of_a_hundred_million_takes_no_more_memory_than_its_slices()
    {
        var window = new SlidingWindow(Minute) { Limit = 100_000_000 };
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var now = 0L; now < 3 * Minute; now++)
        {
            window.Expire(now);
            for (var i = 0; i < 10; i++)
                window.Add(now, 1);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(16 * 1024);
        window.Used.Should().BeInRange(10 * Minute, 10 * (Minute + Slice));
    }
}
