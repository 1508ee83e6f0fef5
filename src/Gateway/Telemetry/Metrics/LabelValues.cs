namespace Gateway.Telemetry.Metrics;

/// <summary>Label values compared by what they say; the key of a family's series.</summary>
internal readonly struct LabelValues(string[] values) : IEquatable<LabelValues>
{
    public string[] Values => values;

    public bool Equals(LabelValues other) => values.AsSpan().SequenceEqual(other.Values);

    public override bool Equals(object? obj) => obj is LabelValues other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var value in values)
            hash.Add(value);
        return hash.ToHashCode();
    }
}
