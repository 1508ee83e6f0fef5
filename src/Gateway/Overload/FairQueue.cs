namespace Gateway.Overload;

/// <summary>
/// Deficit round robin (Shreedhar and Varghese, 1995) over the owners that have requests waiting: in each round an owner is served as many as its weight says, whatever the
/// others have. Every request costs one: what it will really take is not known before its answer's end.
/// </summary>
/// <remarks>Not thread-safe: its owner locks. An owner without waiting requests has no lane, and keeps no claim for later.</remarks>
internal sealed class FairQueue
{
    private readonly Dictionary<LaneName, Lane> _lanes = [];
    private Lane? _current;

    /// <summary>Requests that wait.</summary>
    public int Count { get; private set; }

    /// <param name="weight">From now on the owner's.</param>
    public Waiter Add(LaneName name, int weight)
    {
        var lane = _lanes.TryGetValue(name, out var known) ? known : Open(name);
        lane.Weight = weight;
        var waiter = new Waiter(lane) { Previous = lane.Last };
        if (lane.Last is { } last) last.Next = waiter;
        else lane.First = waiter;
        lane.Last = waiter;
        lane.Count++;
        Count++;
        return waiter;
    }

    /// <summary>Takes out whose turn it is; null where nobody waits.</summary>
    public Waiter? Next()
    {
        if (_current is not { First: { } waiter } lane) return null;
        if (lane.Deficit == 0) lane.Deficit = lane.Weight;
        lane.Deficit--;
        Remove(waiter);
        if (lane.Count > 0 && lane.Deficit == 0) _current = lane.Next;
        return waiter;
    }

    /// <summary>Takes out the newest request of the owner that has most for its weight, so that there is room for one of <paramref name="name"/>; null: that would be its own, since nobody has more.</summary>
    public Waiter? MakeRoom(LaneName name, int weight)
    {
        var (count, per, worst) = ((long)(_lanes.TryGetValue(name, out var own) ? own.Count : 0) + 1, (long)weight, (Lane?)null);
        foreach (var lane in _lanes.Values)
        {
            if (lane == own || lane.Count * per <= count * lane.Weight) continue;
            (count, per, worst) = (lane.Count, lane.Weight, lane);
        }

        if (worst?.Last is not { } newest) return null;
        Remove(newest);
        return newest;
    }

    /// <returns>False: it has been taken out already.</returns>
    public bool Remove(Waiter waiter)
    {
        if (waiter.Lane is not { } lane) return false;
        if (waiter.Previous is { } before) before.Next = waiter.Next;
        else lane.First = waiter.Next;
        if (waiter.Next is { } after) after.Previous = waiter.Previous;
        else lane.Last = waiter.Previous;
        (waiter.Lane, waiter.Previous, waiter.Next) = (null, null, null);
        Count--;
        if (--lane.Count == 0) Close(lane);
        return true;
    }

    /// <summary>Behind all others: it waits for one round at most.</summary>
    private Lane Open(LaneName name)
    {
        var lane = _lanes[name] = new(name);
        if (_current is not { } current)
        {
            _current = lane.Next = lane.Previous = lane;
            return lane;
        }

        (lane.Previous, lane.Next) = (current.Previous, current);
        current.Previous!.Next = lane;
        current.Previous = lane;
        return lane;
    }

    private void Close(Lane lane)
    {
        _lanes.Remove(lane.Name);
        if (lane == _current) _current = lane.Next == lane ? null : lane.Next;
        lane.Previous!.Next = lane.Next;
        lane.Next!.Previous = lane.Previous;
    }
}
