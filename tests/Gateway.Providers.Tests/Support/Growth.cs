using System.Diagnostics;

namespace Gateway.Providers.Tests.Support;

/// <summary>How much longer four times the input takes: about four times as long where the work is linear, sixteen times where it is quadratic.</summary>
internal static class Growth
{
    /// <summary>Between the two.</summary>
    public const double Linear = 8;

    /// <summary>What disturbs a run makes it longer: each size counts by its shortest, and of several ratios the smallest, which is far above the bound where the work is not linear.</summary>
    private const int Tries = 4;

    /// <param name="prepare">The work on an input of that size.</param>
    public static double Of(int size, Func<int, Action> prepare)
    {
        var (small, large) = (prepare(size), prepare(4 * size));
        small();   // compiled
        var ratio = double.MaxValue;
        for (var i = 0; i < Tries && ratio >= Linear; i++) ratio = Math.Min(ratio, Shortest(large) / Shortest(small));
        return ratio;
    }

    private static double Shortest(Action work)
    {
        var shortest = double.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            GC.Collect();
            var since = Stopwatch.GetTimestamp();
            work();
            shortest = Math.Min(shortest, Stopwatch.GetElapsedTime(since).TotalMilliseconds);
        }

        return shortest;
    }
}
