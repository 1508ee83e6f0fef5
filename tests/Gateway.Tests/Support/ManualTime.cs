namespace Gateway.Tests.Support;

/// <summary>A clock that tests turn by hand. Timestamps go forward only; the wall clock may be set back. Safe for any number of threads.</summary>
internal sealed class ManualTime(DateTimeOffset start) : TimeProvider
{
    private long _utcTicks = start.UtcTicks;
    private long _timestamp;

    public ManualTime() : this(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>Nanoseconds, as on Linux; ticks of <see cref="TimeSpan"/> are something else.</summary>
    public override long TimestampFrequency => 1_000_000_000;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _utcTicks), TimeSpan.Zero);

    public override long GetTimestamp() => Interlocked.Read(ref _timestamp);

    /// <summary>Time passes.</summary>
    public void Advance(TimeSpan time)
    {
        Interlocked.Add(ref _utcTicks, time.Ticks);
        Interlocked.Add(ref _timestamp, time.Ticks * (TimestampFrequency / TimeSpan.TicksPerSecond));
    }

    /// <summary>Somebody sets the wall clock; no time passes.</summary>
    public void SetClock(DateTimeOffset now) => Interlocked.Exchange(ref _utcTicks, now.UtcTicks);
}
