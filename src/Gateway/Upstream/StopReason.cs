namespace Gateway.Upstream;

/// <summary>Why an attempt was stopped before its end.</summary>
internal enum StopReason
{
    None,
    /// <summary>The client closed its connection.</summary>
    ClientGone,
    /// <summary>The client left the answer unread for longer than <c>server.flush_timeout</c>.</summary>
    ClientStalled,
    FirstByteTimeout,
    IdleTimeout,
    TotalTimeout,
    /// <summary>The time that the client had for the request is over, before the provider's was.</summary>
    ClientLimit,
    /// <summary>A connection without an end of its own has used up what was held for it.</summary>
    HoldSpent,
    /// <summary>Another attempt for the same request answered first.</summary>
    Outrun,
    /// <summary>The process is going down and its drain time is over.</summary>
    Shutdown,
}
