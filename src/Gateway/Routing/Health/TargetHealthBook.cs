using System.Collections.Concurrent;

namespace Gateway.Routing.Health;

/// <summary>The health of every target of the configuration. A target whose options change begins anew.</summary>
internal sealed partial class TargetHealthBook(TimeProvider time, ILogger<TargetHealthBook> log)
{
    private readonly ConcurrentDictionary<(string Provider, string Model), TargetHealth> _targets = new();

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
    }

    private TargetHealth New((string Provider, string Model) name, TargetHealthOptions options) => new(name.Provider, name.Model, options, time, Changed);

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
    }
}
