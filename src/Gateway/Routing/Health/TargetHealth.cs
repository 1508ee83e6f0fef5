using Gateway.Config;
using Gateway.Core.Errors;
using Polly.CircuitBreaker;

namespace Gateway.Routing.Health;

/// <summary>What this process knows of one provider's model: how busy, how fast and how well it is. Kept over reloads, and shared by all models that have it among their targets.</summary>
internal sealed class TargetHealth
{
    /// <summary>No provider's word keeps a target back for longer.</summary>
    private static readonly TimeSpan LongestCooling = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _time;
    private readonly Breaker? _breaker;
    private readonly ProviderProbe? _probe;
    private readonly SlidingCount _tokens;
    private readonly LatencyMeter _streams;
    private readonly LatencyMeter _answers;
    private int _inFlight;
    private long _coolUntil;   // ticks of the clock; 0: never

    /// <summary>Beside its timeout a probe may begin later by so much.</summary>
    private static readonly TimeSpan ProbeLead = TimeSpan.FromSeconds(1);

    /// <param name="changed">Hears when the breaker opens (true, for how long) and closes.</param>
    /// <param name="probe">Of the provider; null: it is not probed.</param>
    public TargetHealth(string provider, string model, TargetHealthOptions options, TimeProvider time, Action<TargetHealth, bool, TimeSpan> changed, ProviderProbe? probe = null)
    {
        (Provider, Model, Options, _time, _probe) = (provider, model, options, time, probe);
        _tokens = new SlidingCount(time.TimestampFrequency * 60);
        _breaker = options.Breaker.Enabled ? new Breaker(options.Breaker, time, (open, pause) => changed(this, open, pause), probe is null ? TimeSpan.Zero : probe.Config.Timeout + ProbeLead) : null;
        (_streams, _answers) = (new LatencyMeter(time), new LatencyMeter(time));
        Retries = new RetryBudget(options.RetryRatio, options.RetryMin, time);
    }

    public string Provider { get; }

    public string Model { get; }

    public TargetHealthOptions Options { get; }

    public RetryBudget Retries { get; }

    /// <summary>Of requests that were asked here first.</summary>
    public HedgeBudget Hedges { get; } = new();

    /// <summary>Attempts under way.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    public CircuitState Circuit => _breaker?.State ?? CircuitState.Closed;

    /// <summary>Null: it can be asked now. Else how long it is left alone.</summary>
    public TimeSpan? Wait => _probe?.Wait ?? _breaker?.Wait;

    /// <summary>What probes say of the provider; null: it is not probed.</summary>
    public bool? AnswersProbes => _probe is null ? null : !_probe.IsDown;

    /// <summary>The provider's next probe decides whether the breaker closes.</summary>
    public bool AwaitsProbe => _breaker is { AwaitsProbe: true };

    /// <summary>It said that it has had enough (429), and the time it named is not over: it is asked after all others.</summary>
    public bool IsCooling => Volatile.Read(ref _coolUntil) is not 0 and var until && _time.GetTimestamp() < until;

    /// <summary>0: left alone; 1: being probed, or it asked for a pause; 2: up.</summary>
    public int State => _probe is { IsDown: true } ? 0 : Circuit switch
    {
        CircuitState.Open or CircuitState.Isolated => 0,
        CircuitState.HalfOpen => 1,
        _ => IsCooling ? 1 : 2,
    };

    /// <summary>Tokens of the last minute, both ways.</summary>
    public long TokensPerMinute
    {
        get
        {
            lock (_tokens) return _tokens.At(_time.GetTimestamp()).Sum;
        }
    }

    /// <summary>How long its first byte takes: of a stream, or of an answer that is written before it is sent.</summary>
    public LatencyMeter Latency(bool isStream) => isStream ? _streams : _answers;

    /// <returns>False: the breaker is open.</returns>
    public bool TryEnter(out bool isProbe)
    {
        isProbe = false;
        if (_probe is { IsDown: true }) return false;
        if (_breaker is not null && !_breaker.TryEnter(out isProbe)) return false;
        Interlocked.Increment(ref _inFlight);
        return true;
    }

    public void Leave() => Interlocked.Decrement(ref _inFlight);

    /// <summary>The probe never asked it: the break goes on, and another request probes.</summary>
    public void Passed() => _breaker?.Pass();

    /// <summary>The provider was probed, and no client's request.</summary>
    public void Probed(bool good) => _breaker?.Probe(good);

    /// <summary>The answer has begun.</summary>
    public void Answered(bool isProbe, bool isStream, TimeSpan firstByte)
    {
        Latency(isStream).Answered(firstByte);
        _breaker?.Report(true, isProbe);
    }

    public void Used(long tokens)
    {
        lock (_tokens) _tokens.At(_time.GetTimestamp()).Add(tokens);
    }

    /// <summary>The attempt came to nothing, or its answer ended early. What the client or the gateway is to blame for says nothing of the target.</summary>
    public void Failed(GatewayError error, bool isProbe, bool isStream, TimeSpan elapsed)
    {
        var verdict = FailureVerdict.Of(error);
        if (verdict == Verdict.Bad) Latency(isStream).FailedAfter(elapsed);
        if (verdict != Verdict.None) _breaker?.Report(verdict == Verdict.Good, isProbe);
        else if (isProbe) Passed();
        if (_breaker is not null && error is { Kind: ErrorKind.RateLimited, UpstreamStatus: not null, RetryAfter: { } wait })
            Volatile.Write(ref _coolUntil, _time.GetTimestamp() + (long)((wait < LongestCooling ? wait : LongestCooling).TotalSeconds * _time.TimestampFrequency));
    }
}

/// <summary>What of the configuration a target's health depends on.</summary>
/// <param name="RetryRatio">See <see cref="RetryBudget"/>.</param>
/// <param name="Probe">Of the provider; null: none.</param>
internal sealed record TargetHealthOptions(BreakerConfig Breaker, double RetryRatio, int RetryMin, ProbeConfig? Probe = null);
