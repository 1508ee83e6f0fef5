namespace Gateway.Routing.Health;

/// <summary>How many of a target's requests may be sent twice: every request pays a share of one in, and a hedge takes a whole one. So it is that share at most, at all times.</summary>
internal sealed class HedgeBudget
{
    private const long One = 1_000_000;

    /// <summary>What can be saved up: after a long good time, an outage is not met with as long a run of hedges.</summary>
    private const long Most = 10 * One;

    private long _saved;

    /// <param name="share">0 to 1.</param>
    public void Earn(double share) => Add((long)(share * One));

    /// <returns>False: there is no whole one.</returns>
    public bool TrySpend()
    {
        for (var saved = Volatile.Read(ref _saved); saved >= One;)
        {
            var seen = Interlocked.CompareExchange(ref _saved, saved - One, saved);
            if (seen == saved) return true;
            saved = seen;
        }

        return false;
    }

    /// <summary>It was not needed.</summary>
    public void Return() => Add(One);

    private void Add(long credit)
    {
        for (var saved = Volatile.Read(ref _saved); saved < Most;)
        {
            var seen = Interlocked.CompareExchange(ref _saved, Math.Min(saved + credit, Most), saved);
            if (seen == saved) return;
            saved = seen;
        }
    }
}
