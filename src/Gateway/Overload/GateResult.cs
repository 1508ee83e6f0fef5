using System.Diagnostics;

namespace Gateway.Overload;

/// <summary>What became of a request at a <see cref="FairGate"/>.</summary>
internal enum GateResult
{
    /// <summary>It is one of those under way, and has to leave.</summary>
    Entered,

    /// <summary>The queue was full, of requests with a better claim.</summary>
    Full,

    /// <summary>It waited, and made room for a request of an owner with fewer.</summary>
    PushedOut,

    /// <summary>Its turn did not come in time.</summary>
    TimedOut,

    /// <summary>The time that its client gave it was over.</summary>
    ClientTimedOut,

    /// <summary>The process ends.</summary>
    Closed,

    /// <summary>Its client did not wait.</summary>
    Left,
}

internal static class GateResults
{
    /// <summary>The label <c>reason</c> of requests that were refused.</summary>
    public static string Label(this GateResult result) => result switch
    {
        GateResult.Full => "queue_full",
        GateResult.PushedOut => "pushed_out",
        GateResult.TimedOut => "queue_timeout",
        GateResult.ClientTimedOut => "client_timeout",
        GateResult.Closed => "draining",
        _ => throw new UnreachableException($"{result} is no refusal"),
    };
}
