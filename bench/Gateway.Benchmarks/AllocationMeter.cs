using System.Diagnostics;

namespace Gateway.Benchmarks;

/// <summary>Measures what one run of an operation leaves on the managed heap, on whatever thread.</summary>
internal static class AllocationMeter
{
    private const int RunsPerRound = 2_000;
    private const int LeastRounds = 10;

    /// <summary>Long enough for the JIT to reach its last tier, whose code may allocate less than the first tier's.</summary>
    private static readonly TimeSpan LeastTime = TimeSpan.FromMilliseconds(500);

    /// <summary>Bytes per run, in the best of the rounds: whatever else allocates in the process can only add.</summary>
    public static async Task<double> MeasureAsync(IOperation operation)
    {
        var best = long.MaxValue;
        var clock = Stopwatch.StartNew();
        for (var round = 0; round < LeastRounds || clock.Elapsed < LeastTime; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var i = 0; i < RunsPerRound; i++)
                await operation.RunAsync();
            best = Math.Min(best, GC.GetTotalAllocatedBytes(precise: true) - before);
        }
        return (double)best / RunsPerRound;
    }
}
