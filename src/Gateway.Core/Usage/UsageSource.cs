namespace Gateway.Core.Usage;

/// <summary>Where the numbers of a ledger row come from, best first.</summary>
public enum UsageSource
{
    /// <summary>The provider's final usage.</summary>
    Exact,
    /// <summary>A usage the provider reported before the stream was cut or before its last words, and an estimate of what came after it.</summary>
    Partial,
    /// <summary>The gateway's own count of what was sent and relayed.</summary>
    Estimated,
    /// <summary>The process died before the attempt ended: what it held is charged.</summary>
    InDoubt,
}
