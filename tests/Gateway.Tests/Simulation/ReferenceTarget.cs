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

    public bool HasRoom(DateTimeOffset now) => Recent(_further, now) < Math.Max(3, (int)(0.2 * Recent(_first, now)));

    /// <summary>A probe that was not sent: the next request is one.</summary>
    public void Pass(DateTimeOffset now) => (_isProbed, _openUntil) = (false, now + TimeSpan.FromMilliseconds(1));

    private void Open(DateTimeOffset now, int failedProbes) =>
        _openUntil = now + TimeSpan.FromTicks(Math.Min(TimeSpan.FromMinutes(5).Ticks, breaker.Open.Ticks * (1L << Math.Min(failedProbes, 5))));

    /// <summary>The last ten seconds: the one that has begun, and the nine before it.</summary>
    private static int Recent(List<DateTimeOffset> times, DateTimeOffset now) => times.Count(t => Second(now) - Second(t) < 10);

    private static long Second(DateTimeOffset at) => at.UtcTicks / TimeSpan.TicksPerSecond;
}
