using Gateway.Config;

namespace Gateway.Routing.Health;

/// <summary>What probes say of a provider: whether it answers, and when it is asked next. Shared by its targets, and kept over reloads as long as its probe stays the same.</summary>
/// <param name="changed">Hears that it went down (true) or answers again, and of what failed last.</param>
internal sealed class ProviderProbe(string provider, ProbeConfig config, TimeProvider time, Action<ProviderProbe, bool, string> changed)
{
    /// <summary>What a request is told to wait while a probe is under way.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private int _failures;
    private bool _isAsking;
    private volatile bool _isDown;
    private long _next = long.MinValue;   // ticks of the clock

    public string Provider => provider;

    public ProbeConfig Config => config;

    /// <summary>So many probes in a row have failed that none of its targets is to be asked.</summary>
    public bool IsDown => _isDown;

    /// <summary>How long requests are to stay away at least; null: they need not.</summary>
    public TimeSpan? Wait
    {
        get
        {
            if (!_isDown) return null;
            var left = Volatile.Read(ref _next) - time.GetTimestamp();
            return left > 0 ? TimeSpan.FromSeconds((double)left / time.TimestampFrequency) : Soon;
        }
    }

    /// <param name="isAwaited">A breaker waits for it: it is due at once.</param>
    /// <returns>True: the caller asks now, and tells <see cref="End"/>.</returns>
    public bool TryBegin(bool isAwaited)
    {
        lock (_lock)
        {
            if (_isAsking || (!isAwaited && time.GetTimestamp() < _next)) return false;
            return _isAsking = true;
        }
    }

    /// <param name="failure">Null: it answered.</param>
    public void End(string? failure)
    {
        bool turned;
        lock (_lock)
        {
            _isAsking = false;
            Volatile.Write(ref _next, time.GetTimestamp() + (long)(config.Interval.TotalSeconds * time.TimestampFrequency));
            _failures = failure is null ? 0 : _failures + 1;
            turned = failure is null ? _isDown : !_isDown && _failures >= config.Failures;
            if (turned) _isDown = failure is not null;
        }

        if (turned) changed(this, failure is not null, failure ?? "");
    }

    /// <summary>Nothing was learned: the gateway stopped meanwhile.</summary>
    public void Abandon()
    {
        lock (_lock) _isAsking = false;
    }
}
