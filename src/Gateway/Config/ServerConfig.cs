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
}
