namespace Gateway.Telemetry;

/// <summary>What became of a request to a model whose semantic cache is in shadow mode.</summary>
internal enum ShadowResult
{
    /// <summary>It would have been answered.</summary>
    Hit,

    /// <summary>It would not.</summary>
    Miss,

    /// <summary>It was not compared: too many waited to be.</summary>
    Skipped,
}
