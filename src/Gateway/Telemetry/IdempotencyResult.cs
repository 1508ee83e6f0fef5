namespace Gateway.Telemetry;

/// <summary>What became of a request with an Idempotency-Key.</summary>
internal enum IdempotencyResult
{
    /// <summary>It is the first, and is made.</summary>
    Claimed,

    /// <summary>It got the answer of the first.</summary>
    Replayed,

    /// <summary>The first is still under way.</summary>
    InProgress,

    /// <summary>The key stands for another request.</summary>
    Reused,

    /// <summary>Who made the first one died.</summary>
    Unknown,

    /// <summary>The answer of the first is not there, because it was too long.</summary>
    NotKept,

    /// <summary>One that was <see cref="Claimed"/> failed: the next one is made.</summary>
    Released,
}
