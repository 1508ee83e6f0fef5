using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Gateway.Providers.Tests.Support;

/// <summary>How much longer four times the input takes: about four times as long where the work is linear, sixteen times where it is quadratic.</summary>
internal static class Growth
{
    /// <summary>Between the two.</summary>
    public const double Linear = 8;

    /// <summary>The clock of what this thread had of a processor (Linux): what others had meanwhile is not in it. The longer a run, the surer it is interrupted.</summary>
    private const int ThreadTime = 3;

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
            var since = Seconds();
            work();
            shortest = Math.Min(shortest, Seconds() - since);
        }

        return shortest;
    }

    private static double Seconds()
    {
        if (!OperatingSystem.IsLinux()) return Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;
        return ReadClock(ThreadTime, out var now) == 0 ? now.Seconds + (now.Nanoseconds / 1e9) : throw new InvalidOperationException("the clock of this thread cannot be read");
    }

    [DllImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int ReadClock(int clock, out Timespec now);

    private readonly struct Timespec
    {
        public readonly nint Seconds;
        public readonly nint Nanoseconds;
    }
}
