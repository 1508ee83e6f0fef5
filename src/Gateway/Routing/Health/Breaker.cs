using Gateway.Config;
using Polly;
using Polly.CircuitBreaker;

namespace Gateway.Routing.Health;

/// <summary>
/// Polly's circuit breaker for one target. Attempts report how they went and are not run inside it: while it is closed that costs one call that completes at once, and only a probe
/// (one request at a time, when the break is over) spans its attempt.
/// </summary>
internal sealed class Breaker
{
    private const int MaxDoublings = 5;
    private static readonly TimeSpan LongestBreak = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ProbeTime = TimeSpan.FromSeconds(1);

    /// <summary>The least that Polly takes.</summary>
    private static readonly TimeSpan PassPause = TimeSpan.FromMilliseconds(1);

    private readonly TimeProvider _time;
    private readonly Action<bool, TimeSpan> _changed;
    private readonly CircuitBreakerStateProvider _state = new();
    private readonly ResiliencePipeline<bool> _pipeline;
    private readonly TimeSpan _lead;
    private readonly TimeSpan _window;
    private long _openUntil;   // UTC ticks
    private long _closedByProbe;   // UTC ticks; 0: never
    private volatile bool _isDoubtful;
    private TaskCompletionSource<bool>? _probe;
    private volatile bool _passes;   // the probe that ends now was none
    private int _passed;             // such probes since it opened, which Polly counts as failed ones

    /// <param name="changed">Hears when it opens (true, for how long) and closes, from any thread, before the report that did it returns: Polly's own events come later.</param>
    /// <param name="lead">For so long after a break <see cref="Probe"/> goes before requests; zero: nobody calls it.</param>
    public Breaker(BreakerConfig config, TimeProvider time, Action<bool, TimeSpan> changed, TimeSpan lead = default)
    {
        (_time, _changed, _lead, _window) = (time, changed, lead, config.Window);
        _pipeline = new ResiliencePipelineBuilder<bool> { TimeProvider = time }.AddCircuitBreaker(new()
        {
            FailureRatio = config.FailureRatio,
            MinimumThroughput = config.MinAttempts,
            SamplingDuration = config.Window,
            StateProvider = _state,
            ShouldHandle = static a => new(a.Outcome is { Exception: null, Result: false }),
            BreakDurationGenerator = a =>
            {
                if (a.HalfOpenAttempts == 0) _passed = 0;
                if (_passes) _passed++;
                var wait = Math.Min(LongestBreak.Ticks, config.Open.Ticks << Math.Clamp(a.HalfOpenAttempts - _passed, 0, MaxDoublings));
                var pause = _passes ? PassPause : TimeSpan.FromTicks(Math.Max(wait, config.Open.Ticks));
                Volatile.Write(ref _openUntil, _time.GetUtcNow().UtcTicks + pause.Ticks);
                return new(pause);
            },
        }).Build();
    }

    public CircuitState State => _state.CircuitState;

    /// <summary>Null: it can be asked. Else how long it will be left alone.</summary>
    public TimeSpan? Wait => Left(_isDoubtful ? TimeSpan.Zero : _lead);

    /// <summary>The break is over, and a probe without a client's request decides whether it closes.</summary>
    public bool AwaitsProbe => _lead > TimeSpan.Zero && !_isDoubtful && State != CircuitState.Closed && Left(TimeSpan.Zero) is null;

    /// <param name="isProbe">The attempt decides whether the breaker closes.</param>
    /// <returns>False: the target is to be left alone.</returns>
    public bool TryEnter(out bool isProbe)
    {
        isProbe = false;
        if (State == CircuitState.Closed) return true;
        return Wait is null && TryProbe(out isProbe);
    }

    /// <summary>
    /// What a probe says that no client's request paid for. One that lets it close may be wrong: what is asked may answer while the model does not. Where it opens again at once, requests decide.
    /// </summary>
    public void Probe(bool good)
    {
        if (!AwaitsProbe || !TryProbe(out _)) return;
        if (good) Volatile.Write(ref _closedByProbe, _time.GetUtcNow().UtcTicks);
        Report(good, isProbe: true);
    }

    private TimeSpan? Left(TimeSpan lead)
    {
        if (State == CircuitState.Closed) return null;
        if (Volatile.Read(ref _probe) is not null) return ProbeTime;
        var left = Volatile.Read(ref _openUntil) + lead.Ticks - _time.GetUtcNow().UtcTicks;
        return left > 0 ? TimeSpan.FromTicks(left) : null;
    }

    private bool TryProbe(out bool isProbe)
    {
        isProbe = false;
        var probe = new TaskCompletionSource<bool>();
        if (Interlocked.CompareExchange(ref _probe, probe, null) is not null) return false;
        var probing = ProbeAsync(probe);
        isProbe = !probing.IsCompleted;   // completed: Polly's clock says that it is still too early
        return isProbe;
    }

    /// <summary>How an attempt went. After the first call for an attempt, it is none's probe any more.</summary>
    public void Report(bool good, bool isProbe)
    {
        if (isProbe)
        {
            Volatile.Read(ref _probe)?.TrySetResult(good);
        }
        else if (State == CircuitState.Closed)
        {
            var context = ResilienceContextPool.Shared.Get();
            var reporting = _pipeline.ExecuteOutcomeAsync(static (_, good) => new ValueTask<Outcome<bool>>(Outcome.FromResult(good)), context, good);
            if (reporting.IsCompletedSuccessfully) ResilienceContextPool.Shared.Return(context);
            if (!good && Left(TimeSpan.Zero) is { } pause) Opened(pause);
        }
    }

    /// <summary>The probe never asked the target: the next request is one, and the break is none the longer for it.</summary>
    public void Pass()
    {
        _passes = true;
        Volatile.Read(ref _probe)?.TrySetResult(false);
    }

    /// <remarks>Requests have no synchronisation context, so it goes on inside the report: when that returns, the state has changed.</remarks>
    private async Task ProbeAsync(TaskCompletionSource<bool> probe)
    {
        var context = ResilienceContextPool.Shared.Get();
        await _pipeline.ExecuteOutcomeAsync(static async (_, p) => Outcome.FromResult(await p.Task.ConfigureAwait(false)), context, probe).ConfigureAwait(false);
        ResilienceContextPool.Shared.Return(context);
        var passed = _passes;
        _passes = false;
        Volatile.Write(ref _probe, null);
        if (!probe.Task.IsCompleted || passed) return;   // it was too early, or nothing is known that was not
        if (State == CircuitState.Closed) _changed(false, TimeSpan.Zero);
        else if (Left(TimeSpan.Zero) is { } pause) _changed(true, pause);
    }

    private void Opened(TimeSpan pause)
    {
        var closed = Volatile.Read(ref _closedByProbe);
        _isDoubtful = closed != 0 && _time.GetUtcNow().UtcTicks - closed <= _window.Ticks;
        _changed(true, pause);
    }
}
