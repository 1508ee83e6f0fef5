namespace Gateway.Telemetry.Metrics;

/// <summary>One series that only grows, in the family's unit. Safe from any thread, allocates nothing.</summary>
internal sealed class Counter
{
    private long _value;

    public long Value => Interlocked.Read(ref _value);

    public void Increment() => Interlocked.Increment(ref _value);

    /// <summary>Adds an amount; a negative one would be read as a restart of the process and is left out.</summary>
    public void Add(long amount)
    {
        if (amount > 0)
            Interlocked.Add(ref _value, amount);
    }
}
