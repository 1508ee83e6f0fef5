namespace Gateway.Telemetry.Metrics;

/// <summary>One series that goes up and down. Safe from any thread, allocates nothing.</summary>
internal sealed class Gauge
{
    private long _value;

    public long Value => Interlocked.Read(ref _value);

    public void Set(long value) => Interlocked.Exchange(ref _value, value);

    public void Add(long amount) => Interlocked.Add(ref _value, amount);
}
