namespace Gateway.Telemetry;

/// <summary>What a second attempt, made while the first was under way, came to.</summary>
internal enum HedgeResult
{
    /// <summary>It was the answer.</summary>
    Won,

    /// <summary>The first one answered before it.</summary>
    Lost,

    /// <summary>It failed, and the first one was waited for; or both did.</summary>
    Failed,
}
