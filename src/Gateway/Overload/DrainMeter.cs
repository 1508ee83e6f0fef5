namespace Gateway.Overload;

/// <summary>How long a queue takes for each request: a moving average of the time between two turns while somebody waits. Not thread-safe: its owner locks.</summary>
internal sealed class DrainMeter(TimeProvider time)
{
    /// <summary>Turns that the average remembers, roughly.</summary>
    private const int Memory = 16;

    private long _last;
    private double _interval;   // ticks of the clock; 0: not known yet

    /// <summary>Somebody waits, and nobody did before.</summary>
    public void Begin() => _last = time.GetTimestamp();

    /// <summary>It was somebody's turn.</summary>
    public void Turn()
    {
        var now = time.GetTimestamp();
        _interval = After(now);
        _last = now;
    }

    /// <summary>How long so many turns take at this pace; zero where it is not known. A queue that stands still is the slower the longer it has stood, as if the next turn were now: turns come in groups.</summary>
    public TimeSpan Of(int turns)
    {
        var interval = turns > 1 ? Math.Max(_interval, After(time.GetTimestamp())) : _interval;
        return TimeSpan.FromSeconds(interval * turns / time.TimestampFrequency);
    }

    /// <summary>The average with one turn more, at that time.</summary>
    private double After(long now)
    {
        var interval = Math.Max(0, now - _last);
        return _interval == 0 ? interval : _interval + ((interval - _interval) / Memory);
    }
}
