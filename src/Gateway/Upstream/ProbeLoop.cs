using System.Collections.Concurrent;
using Gateway.Routing;
using Gateway.Routing.Health;

namespace Gateway.Upstream;

/// <summary>Probes the providers whose configuration asks for it: every <c>probe.interval</c>, and as soon as the break of one of their targets is over.</summary>
internal sealed partial class ProbeLoop(SnapshotHolder snapshots, TargetHealthBook book, UpstreamProbe upstream, TimeProvider time, ILogger<ProbeLoop> logger) : IAsyncDisposable
{
    /// <summary>How exactly the end of a break is met.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    private readonly PeriodicTimer _timer = new(Tick, time);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, Task> _asking = new(StringComparer.Ordinal);
    private Task _running = Task.CompletedTask;

    public void Start() => _running = Task.Run(RunAsync, CancellationToken.None);

    /// <summary>Asks those that are due. One provider is asked once at a time.</summary>
    public void AskDue()
    {
        foreach (var probe in book.Probes)
        {
            if (!snapshots.Current.Providers.TryGetValue(probe.Provider, out var provider) || provider.Config.Probe != probe.Config) continue;
            if (probe.TryBegin(TargetsOf(probe).Any(static t => t.AwaitsProbe))) _asking[probe.Provider] = Task.Run(() => AskAsync(probe, provider), CancellationToken.None);
        }
    }

    /// <summary>Ends the probes under way; nothing is learned of them.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        _timer.Dispose();
        await _running;
        await Task.WhenAll(_asking.Values);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (await _timer.WaitForNextTickAsync(CancellationToken.None)) AskDue();
    }

    private async Task AskAsync(ProviderProbe probe, ProviderEntry provider)
    {
        try
        {
            var failure = await upstream.AskAsync(provider, _stop.Token);
            probe.End(failure?.Message);
            foreach (var target in TargetsOf(probe)) target.Probed(failure is null);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            probe.Abandon();
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // A bug of ours: it says nothing of the provider, and must not end the probing.
            probe.Abandon();
            Log.ProbeBroken(logger, probe.Provider, error);
        }
    }

    private IEnumerable<TargetHealth> TargetsOf(ProviderProbe probe) => book.All.Where(t => t.Provider == probe.Provider);

    private static partial class Log
    {
        [LoggerMessage(Telemetry.EventIds.ProbeBroken, LogLevel.Error, "the probe of provider {Provider} failed inside the gateway")]
        public static partial void ProbeBroken(ILogger logger, string provider, Exception error);
    }
}
