using Gateway.Config;

namespace Gateway.Tests.Simulation;

/// <summary>A target's breaker, cooling and room for further attempts, as docs/routing.md tells them.</summary>
internal sealed class ReferenceTarget(SimTarget target, BreakerConfig breaker)
{
    private readonly List<DateTimeOffset> _first = [];
    private readonly List<DateTimeOffset> _further = [];
    private int _good, _bad, _failedProbes;
    private bool _isOpen, _isProbed;
    private DateTimeOffset _openUntil, _coolUntil;

    private readonly List<double> _answers = [];
    private readonly List<double> _streams = [];
    private double _credit;

    public SimTarget Config => target;

    public ReferenceOwner Owner { get; } = new("target", $"acme/{target.Name}", target.Limits, []);

    public bool MayBeAsked(DateTimeOffset now) => !_isOpen || (!_isProbed && now >= _openUntil);

    public bool IsCooling(DateTimeOffset now) => now < _coolUntil;

    public void Cool(DateTimeOffset until) => _coolUntil = until;

    /// <returns>Whether the attempt is a probe.</returns>
    public bool Enter() => _isProbed = _isOpen;

    public void Report(bool good, bool isProbe, DateTimeOffset now)
    {
        if (isProbe)
        {
            (_isProbed, _isOpen) = (false, !good);
            if (good) (_good, _bad) = (0, 0);
            else Open(now, ++_failedProbes);
        }
        else if (!_isOpen)
        {
            _ = good ? _good++ : _bad++;
            if (good || _good + _bad < breaker.MinAttempts || _bad < breaker.FailureRatio * (_good + _bad)) return;
            _isOpen = true;
            Open(now, _failedProbes = 0);
        }
    }

    public void First(DateTimeOffset now) => _first.Add(now);

    public void Further(DateTimeOffset now) => _further.Add(now);

    public void NotFurther(DateTimeOffset then) => _further.Remove(then);

    public bool HasRoom(DateTimeOffset now) => Recent(_further, now) < Math.Max(3, (int)(0.2 * Recent(_first, now)));

    public void Took(bool stream, TimeSpan firstByte) => (stream ? _streams : _answers).Add(firstByte.TotalMilliseconds);

    /// <summary>So many of its answers begin no later, on a scale of a tenth more with each step from a millisecond on; null: too few are known.</summary>
    public TimeSpan? Usual(bool stream, double share)
    {
        var all = stream ? _streams : _answers;
        if (all.Count < 20) return null;
        var usual = all.OrderDescending().ElementAt((int)(all.Count * (1 - share)));
        var step = 0;
        while (Math.Pow(1.1, step) < usual) step++;
        return TimeSpan.FromSeconds(0.001 * Math.Pow(1.1, step));
    }

    /// <summary>Each request pays its share in for a second attempt; no more than ten are saved up.</summary>
    public void Earn(double share) => _credit = Math.Min(10, _credit + share);

    public bool TrySpend()
    {
        if (_credit < 1) return false;
        _credit--;
        return true;
    }

    /// <summary>A probe that was not sent: the next request is one.</summary>
    public void Pass(DateTimeOffset now) => (_isProbed, _openUntil) = (false, now + TimeSpan.FromMilliseconds(1));

    private void Open(DateTimeOffset now, int failedProbes) =>
        _openUntil = now + TimeSpan.FromTicks(Math.Min(TimeSpan.FromMinutes(5).Ticks, breaker.Open.Ticks * (1L << Math.Min(failedProbes, 5))));

    /// <summary>The last ten seconds: the one that has begun, and the nine before it.</summary>
    private static int Recent(List<DateTimeOffset> times, DateTimeOffset now) => times.Count(t => Second(now) - Second(t) < 10);

    private static long Second(DateTimeOffset at) => at.UtcTicks / TimeSpan.TicksPerSecond;
}
