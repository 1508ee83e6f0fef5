namespace Gateway.Overload;

/// <summary>
/// How many requests are under way at once, and who is next when one of them ends: <see cref="FairQueue"/>. Below the limit, entering and leaving are one interlocked operation each;
/// only at the limit there is a lock.
/// </summary>
/// <remarks>
/// Both figures are in one word, so that nobody enters past somebody who waits, and no end of a request is missed by one who begins to wait. While anybody waits the word changes under the
/// lock alone, and whenever the lock is free, either nobody waits or the limit is reached.
/// </remarks>
internal sealed class FairGate(TimeProvider time)
{
    /// <summary>The lower half of <see cref="_state"/> counts requests under way, the upper one those that wait.</summary>
    private const long OneWaiting = 1L << 32;

    private readonly Lock _lock = new();
    private readonly FairQueue _queue = new();
    private readonly DrainMeter _pace = new(time);
    private long _state;
    private int _limit = int.MaxValue;
    private int _maxQueue;
    private bool _isClosed;

    /// <summary>Requests under way.</summary>
    public int InUse => (int)Volatile.Read(ref _state);

    /// <summary>Requests that wait.</summary>
    public int Waiting => (int)(Volatile.Read(ref _state) >> 32);

    /// <summary>Requests that may be under way.</summary>
    public int Limit => Volatile.Read(ref _limit);

    /// <param name="limit">Requests that may be under way. A lower one than before ends none of them.</param>
    /// <param name="maxQueue">Requests that may wait.</param>
    public void Configure(int limit, int maxQueue)
    {
        lock (_lock)
        {
            _maxQueue = maxQueue;
            Volatile.Write(ref _limit, limit);
            Pump();
        }
    }

    /// <returns>False: it has to wait.</returns>
    public bool TryEnter()
    {
        var state = Volatile.Read(ref _state);
        // One comparison for both questions: with anybody waiting the word is above every limit.
        while (state < Volatile.Read(ref _limit))
        {
            var seen = Interlocked.CompareExchange(ref _state, state + 1, state);
            if (seen == state) return true;
            state = seen;
        }

        return false;
    }

    /// <summary>Waits for a turn, where there is room to wait.</summary>
    /// <param name="atMost">How long.</param>
    /// <param name="aborted">The client has left.</param>
    public async ValueTask<GateResult> WaitAsync(LaneName name, int weight, TimeSpan atMost, CancellationToken aborted)
    {
        if (Join(name, weight, out var result) is not { } waiter) return result;
        using var timer = time.CreateTimer(static state => ((Stop)state!).Run(), new Stop(this, waiter, GateResult.TimedOut), atMost, Timeout.InfiniteTimeSpan);
        using var leaving = aborted.UnsafeRegister(static state => ((Stop)state!).Run(), new Stop(this, waiter, GateResult.Left));
        return await waiter.End;
    }

    public void Leave()
    {
        var state = Volatile.Read(ref _state);
        while (state < OneWaiting)
        {
            var seen = Interlocked.CompareExchange(ref _state, state - 1, state);
            if (seen == state) return;
            state = seen;
        }

        lock (_lock)
        {
            Interlocked.Decrement(ref _state);
            Pump();
        }
    }

    /// <summary>Nobody waits any more: who does is refused, and so is who would have to.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            while (_queue.Next() is { } waiter) Refuse(waiter, GateResult.Closed);
        }
    }

    /// <summary>When a request that is refused now may expect to find room, at the pace of the last turns.</summary>
    public TimeSpan ClearsIn()
    {
        lock (_lock) return _pace.Of(_queue.Count + 1);
    }

    /// <returns>Null where there is nothing to wait for, and why.</returns>
    private Waiter? Join(LaneName name, int weight, out GateResult result)
    {
        lock (_lock)
        {
            if (TryEnter())
            {
                result = GateResult.Entered;
                return null;
            }

            result = _isClosed ? GateResult.Closed : GateResult.Full;
            if (_isClosed || _maxQueue == 0) return null;
            if (_queue.Count >= _maxQueue)
            {
                if (_queue.MakeRoom(name, weight) is not { } noisy) return null;
                Refuse(noisy, GateResult.PushedOut);
            }

            return TryCountIn(out result) ? Add(name, weight) : null;
        }
    }

    /// <returns>False: it entered, because one has just left.</returns>
    private bool TryCountIn(out GateResult result)
    {
        result = GateResult.Entered;
        while (true)
        {
            if (TryEnter()) return false;
            var state = Volatile.Read(ref _state);
            if (state >= Volatile.Read(ref _limit) && Interlocked.CompareExchange(ref _state, state + OneWaiting, state) == state) return true;
        }
    }

    private Waiter Add(LaneName name, int weight)
    {
        if (_queue.Count == 0) _pace.Begin();
        return _queue.Add(name, weight);
    }

    private void Withdraw(Waiter waiter, GateResult result)
    {
        lock (_lock)
        {
            if (_queue.Remove(waiter)) Refuse(waiter, result);
        }
    }

    /// <summary>It is out of the queue already.</summary>
    private void Refuse(Waiter waiter, GateResult result)
    {
        Interlocked.Add(ref _state, -OneWaiting);
        waiter.Finish(result);
    }

    private void Pump()
    {
        while (_queue.Count > 0 && InUse < _limit)
        {
            var next = _queue.Next()!;
            Interlocked.Add(ref _state, 1 - OneWaiting);
            _pace.Turn();
            next.Finish(GateResult.Entered);
        }
    }

    /// <summary>Ends one request's wait, if it still waits.</summary>
    private sealed class Stop(FairGate gate, Waiter waiter, GateResult result)
    {
        public void Run() => gate.Withdraw(waiter, result);
    }
}
