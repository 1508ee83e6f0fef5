namespace Gateway.Core.Tokens;

/// <summary>A binary heap of pairs, the lowest rank first and of equal ones the leftmost, in an array that is somebody else's.</summary>
internal ref struct PairHeap(Span<long> entries)
{
    private readonly Span<long> _entries = entries;
    private int _count;

    public void Push(int rank, int at)
    {
        var entry = ((long)rank << 32) | (uint)at;
        var i = _count++;
        for (var parent = (i - 1) / 2; i > 0 && _entries[parent] > entry; parent = (i - 1) / 2)
        {
            _entries[i] = _entries[parent];
            i = parent;
        }

        _entries[i] = entry;
    }

    public bool TryPop(out int rank, out int at)
    {
        (rank, at) = (0, 0);
        if (_count == 0) return false;
        (rank, at) = ((int)(_entries[0] >> 32), (int)_entries[0]);
        SiftDown(_entries[--_count]);
        return true;
    }

    private void SiftDown(long entry)
    {
        var i = 0;
        for (var child = 1; child < _count; child = (2 * i) + 1)
        {
            if (child + 1 < _count && _entries[child + 1] < _entries[child]) child++;
            if (_entries[child] >= entry) break;
            _entries[i] = _entries[child];
            i = child;
        }

        _entries[i] = entry;
    }
}
