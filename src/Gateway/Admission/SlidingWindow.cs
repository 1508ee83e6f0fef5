namespace Gateway.Admission;

/// <summary>What was used in the last minute, of requests or of tokens. Guarded by the scope's lock.</summary>
/// <remarks>
/// A log of (time, amount), oldest first. With a limit up to <see cref="Slices"/> every use has an entry of its own, which is exact. Above, uses within a slice of
/// a minute/240 = 250 ms share an entry that lives as long as its last use: a use is counted for up to 250 ms more than a minute and never less, so the limit is never exceeded and
/// at most 0.42 % stricter. Memory follows traffic: 16 bytes a live entry, at most 241 of them.
/// </remarks>
/// <param name="minute">A minute in the unit of all times here, the clock's timestamps.</param>
internal sealed class SlidingWindow(long minute)
{
    public const int Slices = 240;

    // More than any provider can report in a minute, and small enough that sums of it stay within Int64.
    private const long LargestAmount = 1L << 50;

    private Entry[] _ring = [];
    private long _oldest;
    private long _next;
    private long _newestOpened;

    private struct Entry
    {
        public long Last;
        public long Amount;
    }

    /// <summary>Null: nothing is counted.</summary>
    public long? Limit { get; set; }

    /// <summary>Used within the last minute, as of the last <see cref="Expire"/>.</summary>
    public long Used { get; private set; }

    /// <summary>Forgets what is a minute old.</summary>
    public void Expire(long now)
    {
        while (_oldest < _next)
        {
            ref var entry = ref At(_oldest);
            if (entry.Last + minute > now)
                return;
            Used -= entry.Amount;
            _oldest++;
        }
    }

    /// <summary>Whether so much more stays within the limit.</summary>
    public bool HasRoom(long amount) => Limit is not { } limit || amount <= limit - Used;

    /// <summary>Counts a use.</summary>
    /// <returns>Where it stands, for <see cref="Correct"/>.</returns>
    public long Add(long now, long amount)
    {
        Used += amount;
        if (_oldest < _next)
        {
            ref var newest = ref At(_next - 1);
            now = Math.Max(now, newest.Last);
            if (Limit > Slices && now - _newestOpened < minute / Slices)
            {
                newest.Last = now;
                newest.Amount += amount;
                return _next - 1;
            }
        }
        if (_next - _oldest == _ring.Length)
            Grow();
        At(_next) = new() { Last = now, Amount = amount };
        _newestOpened = now;
        return _next++;
    }

    /// <summary>Replaces an estimate by what was really used, at the time it was counted; nothing happens once that has expired.</summary>
    public void Correct(long position, long counted, long actual)
    {
        if (position < _oldest)
            return;
        var difference = Math.Clamp(actual, 0, LargestAmount) - counted;
        At(position).Amount += difference;
        Used += difference;
    }

    /// <summary>How long until <paramref name="amount"/>, which is no more than the limit, fits.</summary>
    public long WaitFor(long now, long amount)
    {
        var excess = Used + amount - Limit.GetValueOrDefault();
        for (var position = _oldest; position < _next; position++)
        {
            ref var entry = ref At(position);
            excess -= entry.Amount;
            if (excess <= 0)
                return Math.Max(0, entry.Last + minute - now);
        }
        return 0;
    }

    /// <summary>How long until nothing is in use, if nothing more is used.</summary>
    public long WaitForAll(long now) => _oldest == _next ? 0 : Math.Max(0, At(_next - 1).Last + minute - now);

    private ref Entry At(long position) => ref _ring[(int)(position & (_ring.Length - 1))];

    private void Grow()
    {
        var larger = new Entry[Math.Max(4, _ring.Length * 2)];
        for (var position = _oldest; position < _next; position++)
            larger[position & (larger.Length - 1)] = At(position);
        _ring = larger;
    }
}
