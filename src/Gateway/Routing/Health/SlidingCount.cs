namespace Gateway.Routing.Health;

/// <summary>A sum over the last seconds, to the granularity of a tenth of them. Not thread-safe: its owner locks.</summary>
/// <param name="span">Ticks of the clock that count.</param>
internal sealed class SlidingCount(long span)
{
    private const int Slots = 10;

    private readonly long _width = Math.Max(1, span / Slots);
    private readonly long[] _counts = new long[Slots];
    private long _last;   // number of the newest slot since the clock's zero

    public long Sum { get; private set; }

    /// <summary>Forgets what is too old by now.</summary>
    public SlidingCount At(long now)
    {
        var slot = now / _width;
        if (slot - _last >= Slots)
        {
            Array.Clear(_counts);
            (_last, Sum) = (slot, 0);
            return this;
        }

        while (_last < slot)
        {
            ref var oldest = ref _counts[(int)(++_last % Slots)];
            Sum -= oldest;
            oldest = 0;
        }

        return this;
    }

    public void Add(long count)
    {
        _counts[(int)(_last % Slots)] += count;
        Sum += count;
    }

    /// <summary>Takes back one that was added then, unless it is forgotten already.</summary>
    public void Remove(long then)
    {
        var slot = then / _width;
        if (_last - slot >= Slots) return;
        _counts[(int)(slot % Slots)]--;
        Sum--;
    }
}
