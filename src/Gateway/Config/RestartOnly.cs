namespace Gateway.Config;

/// <summary>What a running process cannot exchange: sockets it listens on, files it has open, sinks it writes to, routes it has mapped.</summary>
internal static class RestartOnly
{
    private static readonly (string Key, Func<GatewayConfig, object?> Value)[] Table =
    [
        ("server.urls", static c => c.Server.Urls),
        ("server.admin_key", static c => c.Server.AdminKey),
        ("server.admin_rps", static c => c.Server.AdminRps),
        ("store", static c => c.Store),
        ("ledger.sync", static c => (c.Ledger.Sync, c.Ledger.Interval)),
        ("ledger.in_doubt", static c => c.Ledger.InDoubt),
        ("ledger.in_doubt_after", static c => c.Ledger.InDoubtAfter),
        ("ledger.journal", static c => c.Ledger.Journal),
        ("telemetry.metrics.path", static c => c.Telemetry.Metrics.Path),
        ("telemetry.otlp", static c => c.Telemetry.Otlp),
        ("telemetry.logs", static c => c.Telemetry.Logs),
    ];

    /// <summary>The keys, as the file has them.</summary>
    public static IEnumerable<string> Keys => Table.Select(static t => t.Key);

    /// <summary>Which of the keys differ from what this process was started with.</summary>
    public static IReadOnlyList<string> Changed(GatewayConfig started, GatewayConfig next) =>
        [.. Table.Where(t => !Equals(t.Value(started), t.Value(next))).Select(static t => t.Key)];

    /// <summary>The next configuration with these keys as the process was started: what is really in force.</summary>
    public static GatewayConfig Keep(GatewayConfig started, GatewayConfig next) => next with
    {
        Server = next.Server with { Urls = started.Server.Urls, AdminKey = started.Server.AdminKey, AdminRps = started.Server.AdminRps },
        Store = started.Store,
        Ledger = started.Ledger,
        Telemetry = started.Telemetry,
    };
}
