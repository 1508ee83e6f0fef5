namespace Gateway.Tests.Support;

/// <summary>A clock that tests turn by hand, with timers: they are called on the thread that turns it, in the order of their instants.</summary>
internal sealed class ManualTimers(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Timer> _timers = [];
    private long _ticks = start.UtcTicks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    /// <summary>How far the clock goes with each reading of it: what happens between two readings.</summary>
    public long TicksPerReading { get; set; }

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Add(ref _ticks, TicksPerReading), TimeSpan.Zero);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        var end = GetTimestamp() + by.Ticks;
        while (Due(end) is { } timer)
            timer.Fire();
        Interlocked.Exchange(ref _ticks, end);
    }

    private Timer? Due(long end)
    {
        lock (_lock)
        {
            var next = _timers.Where(t => t.At <= end).MinBy(static t => t.At);
            if (next is null)
                return null;
            Interlocked.Exchange(ref _ticks, Math.Max(GetTimestamp(), next.At));
            _timers.Remove(next);
            return next;
        }
    }

    private sealed class Timer(ManualTimers time, Action fire) : ITimer
    {
        private TimeSpan _period;

        public long At { get; private set; }

        public void Fire()
        {
            Change(_period, _period);
            fire();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
                _period = period;
                if (dueTime < TimeSpan.Zero || dueTime == Timeout.InfiniteTimeSpan)
                    return true;
                At = time.GetTimestamp() + dueTime.Ticks;
                time._timers.Add(this);
                return true;
            }
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
