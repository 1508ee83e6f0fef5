namespace Gateway.Config.Values;

/// <summary>The whole numbers a configuration holds. A limit of zero would be a way to say "off" that reads like "none": it is refused.</summary>
internal static class Integers
{
    /// <summary>Requests or tokens a minute.</summary>
    public static readonly IntegerKind<int> Version = new(1, 1_000_000);

    public static readonly IntegerKind<int> Length = new(1, 100_000_000);

    public static readonly IntegerKind<long> Rate = new(1, 1_000_000_000_000_000);

    /// <summary>Requests at the same time.</summary>
    public static readonly IntegerKind<int> Concurrency = new(1, 1_000_000);

    /// <summary>A target's share.</summary>
    public static readonly IntegerKind<int> Weight = new(0, 1_000_000);
}
