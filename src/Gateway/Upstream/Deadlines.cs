namespace Gateway.Upstream;

/// <summary>
/// The timers of all requests under way: one thread looks at all of them every <see cref="Resolution"/>. Setting one is a store to memory, so that an idle timer can be
/// set at every event of every stream.
/// </summary>
internal sealed class Deadlines : IDisposable
{
    /// <summary>How late a timer may fire. 25 ms: one twentieth of the shortest timeout that makes sense (500 ms).</summary>
    public static readonly TimeSpan Resolution = TimeSpan.FromMilliseconds(25);

    /// <summary>Sweeps without anything to look at before the timer is stopped: starting it wakes a thread, which every request of a quiet second would pay for.</summary>
    private const int IdleSweeps = 80;

    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private readonly List<Deadline> _expired = [];
    private Deadline? _first;
    private int _sweeping;
    private bool _running;
    private int _idleSweeps;

    public Deadlines(TimeProvider time)
    {
        _time = time;
        _timer = time.CreateTimer(static self => ((Deadlines)self!).Sweep(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Milliseconds on a clock that only goes forward.</summary>
    public long Now => (long)_time.GetElapsedTime(0).TotalMilliseconds;

    public void Add(Deadline deadline)
    {
        lock (_lock)
        {
            if (!_running) Start();
            deadline.Next = _first;
            if (_first is not null) _first.Previous = deadline;
            _first = deadline;
        }
    }

    public void Remove(Deadline deadline)
    {
        lock (_lock)
        {
            if (deadline.Previous is not null) deadline.Previous.Next = deadline.Next;
            else if (_first == deadline) _first = deadline.Next;
            if (deadline.Next is not null) deadline.Next.Previous = deadline.Previous;
            deadline.Previous = deadline.Next = null;
        }
    }

    /// <summary>Ends every request under way: the drain time is over.</summary>
    public void CancelAll()
    {
        List<Deadline> all = [];
        lock (_lock)
            for (var d = _first; d is not null; d = d.Next) all.Add(d);
        foreach (var deadline in all) deadline.Cancel(StopReason.Shutdown);
    }

    public void Dispose() => _timer.Dispose();

    private void Start()
    {
        _running = true;
        _idleSweeps = 0;
        _timer.Change(Resolution, Resolution);
    }

    private void Stop()
    {
        _running = false;
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private void Sweep()
    {
        // A timer does not wait for its last callback: a sweep that is late must not meet the next one.
        if (Interlocked.Exchange(ref _sweeping, 1) != 0) return;
        var now = Now;
        lock (_lock)
        {
            _idleSweeps = _first is null ? _idleSweeps + 1 : 0;
            if (_idleSweeps >= IdleSweeps) Stop();
            for (var d = _first; d is not null; d = d.Next)
                if (d.IsDue(now)) _expired.Add(d);
        }

        // Outside the lock: cancelling runs continuations, and they remove themselves.
        try
        {
            foreach (var deadline in _expired) deadline.Expire(now);
        }
        finally
        {
            _expired.Clear();
            Volatile.Write(ref _sweeping, 0);
        }
    }
}
