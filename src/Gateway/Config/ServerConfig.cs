namespace Gateway.Config;

public sealed record ServerConfig
{
    public string Urls { get; init; } = "http://127.0.0.1:4000";

    /// <summary>Opens /admin/v1; absent: it is not mapped at all. At least 32 characters.</summary>
    public Secret? AdminKey { get; init; }

    /// <summary>Requests a second that one admin credential may make, twice as many at once.</summary>
    /// <remarks>50: a console with a dozen panels asks ten a second; a script in a loop must not keep the store from the ledger's rows.</remarks>
    public int AdminRps { get; init; } = 50;

    /// <summary>Bytes a request body may have.</summary>
    /// <remarks>32 MiB: coding agents and images send megabytes.</remarks>
    public long MaxBody { get; init; } = 32 * 1024 * 1024;

    /// <summary>How long running requests may finish on SIGTERM.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(600);

    /// <summary>Between readiness turning 503 and the listener closing, so that load balancers stop sending first.</summary>
    public TimeSpan PreStopDelay { get; init; } = TimeSpan.Zero;

    /// <summary>How long a client may leave an answer unread before its connection is cut.</summary>
    public TimeSpan FlushTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public OverloadConfig Overload { get; init; } = new();
}

/// <summary>How many requests this process has under way at once, and what becomes of more.</summary>
public sealed record OverloadConfig
{
    /// <summary>Requests from their key to their last byte.</summary>
    /// <remarks>10,000: open streams of 45 KiB are half a gigabyte then. A bound for memory, not for the processor: what that can do depends on the machine.</remarks>
    public int MaxConcurrency { get; init; } = 10_000;

    /// <summary>Requests that wait for one of those to end; zero: none does.</summary>
    public int MaxQueue { get; init; } = 1000;

    /// <summary>How long each of them waits at most.</summary>
    /// <remarks>1 s: a model takes longer for its first token, and a client that is told sooner can go elsewhere.</remarks>
    public TimeSpan QueueTimeout { get; init; } = TimeSpan.FromSeconds(1);
}
