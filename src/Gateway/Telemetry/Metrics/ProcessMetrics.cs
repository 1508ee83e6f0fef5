using System.Reflection;
using Gateway.Hosting;
using static Gateway.Telemetry.Metrics.MetricScale;

namespace Gateway.Telemetry.Metrics;

/// <summary>Figures of the process and the runtime, under the names Prometheus' own client libraries use.</summary>
internal static class ProcessMetrics
{
    private const string Descriptors = "/proc/self/fd";

    public static void AddTo(GatewayMetrics metrics)
    {
        var build = BuildInfo.Of(typeof(ProcessMetrics).Assembly);
        metrics.Read("gateway_build_info", "Always 1; version and revision of the running program.", MetricKind.Gauge, One, ["version", "revision"],
            () => [new Series([build.Version, build.Revision], 1)]);
        metrics.Read("process_cpu_seconds_total", "User and system CPU time.", MetricKind.Counter, Ticks, static () => Environment.CpuUsage.TotalTime.Ticks);
        metrics.Read("process_resident_memory_bytes", "Resident memory.", MetricKind.Gauge, One, static () => Environment.WorkingSet);
        if (Directory.Exists(Descriptors))
            metrics.Read("process_open_fds", "Open file descriptors.", MetricKind.Gauge, One, static () => Directory.EnumerateFileSystemEntries(Descriptors).LongCount());
        if (ConnectionLimit.Files is { } files)
            metrics.Read("process_max_fds", "File descriptors that may be open at most.", MetricKind.Gauge, One, () => files);
        // Half a second late at most. Process.StartTime knows better, for half a megabyte of code.
        var started = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        metrics.Read("process_start_time_seconds", "Start of the process, in Unix time.", MetricKind.Gauge, Milliseconds, () => started);
        metrics.Read("dotnet_gc_collections_total", "Garbage collections, by the oldest generation collected.", MetricKind.Counter, One, ["generation"], static () => Collections());
        metrics.Read("dotnet_gc_heap_bytes", "Bytes of objects on the managed heap, garbage not yet collected included.", MetricKind.Gauge, One, static () => GC.GetTotalMemory(false));
        metrics.Read("dotnet_gc_heap_limit_bytes", "Bytes that the managed heap may have: of a heap limit, else of the container's memory, else of the machine's.", MetricKind.Gauge, One, static () => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        metrics.Read("dotnet_gc_pause_seconds_total", "Time all threads stood still for the garbage collector.", MetricKind.Counter, Ticks, static () => GC.GetTotalPauseDuration().Ticks);
        metrics.Read("dotnet_thread_pool_queue_length", "Work that waits for a thread of the pool.", MetricKind.Gauge, One, static () => ThreadPool.PendingWorkItemCount);
        metrics.Read("dotnet_thread_pool_threads", "Threads of the pool.", MetricKind.Gauge, One, static () => ThreadPool.ThreadCount);
    }

    // GC.CollectionCount(n) counts collections of n and older: each is shown once, under the oldest generation it reached.
    private static IEnumerable<Series> Collections()
    {
        for (var generation = 0; generation <= GC.MaxGeneration; generation++)
        {
            var older = generation < GC.MaxGeneration ? GC.CollectionCount(generation + 1) : 0;
            yield return new([generation.ToString(System.Globalization.CultureInfo.InvariantCulture)], GC.CollectionCount(generation) - older);
        }
    }
}

/// <summary>What was built, from what.</summary>
/// <param name="Revision">The commit; <c>unknown</c> where the build knew none.</param>
internal readonly record struct BuildInfo(string Version, string Revision)
{
    /// <summary>Reads <c>1.2.3+REVISION</c>, as the SDK writes it.</summary>
    public static BuildInfo Of(Assembly assembly)
    {
        var informational = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";
        var plus = informational.IndexOf('+', StringComparison.Ordinal);
        return plus < 0 ? new(informational, "unknown") : new(informational[..plus], informational[(plus + 1)..]);
    }
}
