using System.Collections.Concurrent;
using Gateway.Config;

namespace Gateway.Routing.Health;

/// <summary>The health of every target of the configuration. A target whose options change begins anew.</summary>
internal sealed partial class TargetHealthBook(TimeProvider time, ILogger<TargetHealthBook> log)
{
    private readonly ConcurrentDictionary<(string Provider, string Model), TargetHealth> _targets = new();

    private readonly ConcurrentDictionary<string, ProviderProbe> _probes = new(StringComparer.Ordinal);

    /// <summary>Of the providers that are probed and have targets.</summary>
    public IEnumerable<ProviderProbe> Probes => _probes.Values;

    public IEnumerable<TargetHealth> All => _targets.Values;

    /// <param name="model">The provider's name of it, as configured: of a closed set.</param>
    public TargetHealth Of(string provider, string model, TargetHealthOptions options)
    {
        var health = _targets.GetOrAdd((provider, model), static (name, made) => made.Book.New(name, made.Options), (Book: this, Options: options));
        return health.Options == options ? health : _targets[(provider, model)] = New((provider, model), options);
    }

    /// <summary>Forgets those that no configuration mentions any more.</summary>
    public void Keep(HashSet<TargetHealth> used)
    {
        foreach (var (name, health) in _targets)
            if (!used.Contains(health)) _targets.TryRemove(new(name, health));
        var probed = used.Where(static h => h.Options.Probe is not null).Select(static h => h.Provider).ToHashSet(StringComparer.Ordinal);
        foreach (var provider in _probes.Keys)
            if (!probed.Contains(provider)) _probes.TryRemove(provider, out _);
    }

    private TargetHealth New((string Provider, string Model) name, TargetHealthOptions options) =>
        new(name.Provider, name.Model, options, time, Changed, options.Probe is { } probe ? ProbeOf(name.Provider, probe) : null);

    private ProviderProbe ProbeOf(string provider, ProbeConfig config)
    {
        var probe = _probes.GetOrAdd(provider, static (name, made) => made.Book.NewProbe(name, made.Config), (Book: this, Config: config));
        return probe.Config == config ? probe : _probes[provider] = NewProbe(provider, config);
    }

    private ProviderProbe NewProbe(string provider, ProbeConfig config) => new(provider, config, time, Turned);

    private void Turned(ProviderProbe probe, bool isDown, string failure)
    {
        if (isDown) Log.ProviderDown(log, probe.Provider, probe.Config.Failures, failure);
        else Log.ProviderUp(log, probe.Provider);
    }

    private void Changed(TargetHealth health, bool isOpen, TimeSpan pause)
    {
        if (isOpen) Log.Opened(log, health.Provider, health.Model, pause.TotalSeconds);
        else Log.Closed(log, health.Provider, health.Model);
    }

    private static partial class Log
    {
        [LoggerMessage(Telemetry.EventIds.CircuitOpened, LogLevel.Warning, "target {Provider}/{Model} keeps failing and is left alone for {Seconds} s (breaker)")]
        public static partial void Opened(ILogger logger, string provider, string model, double seconds);

        [LoggerMessage(Telemetry.EventIds.CircuitClosed, LogLevel.Information, "target {Provider}/{Model} answers again")]
        public static partial void Closed(ILogger logger, string provider, string model);

        [LoggerMessage(Telemetry.EventIds.ProviderDown, LogLevel.Warning, "provider {Provider} does not answer: {Count} probes in a row have failed, and its targets are left alone. The last one: {Failure}")]
        public static partial void ProviderDown(ILogger logger, string provider, int count, string failure);

        [LoggerMessage(Telemetry.EventIds.ProviderUp, LogLevel.Information, "provider {Provider} answers probes again")]
        public static partial void ProviderUp(ILogger logger, string provider);
    }
}
