using Gateway.Config.Binding;
using Gateway.Config.Values;

namespace Gateway.Config.Shapes;

/// <summary><c>server: { … }</c></summary>
internal static class ServerShape
{
    private static readonly ServerConfig Defaults = new();

    private static readonly DurationKind Shutdown = new(TimeSpan.Zero, TimeSpan.FromHours(24));

    private static readonly Key<string> Urls = new("urls", ListenUrlsKind.Instance, "Where to listen; several addresses are separated by ';'. Only this machine can reach the default.") { Default = Defaults.Urls, AtNextStart = true };

    private static readonly Key<Secret> AdminKey = new("admin_key", SecretKind.AdminKey, "Opens the admin API, at least 32 characters; absent: the admin API is not served at all.") { AtNextStart = true };

    private static readonly Key<int> AdminRps = new("admin_rps", new IntegerKind<int>(1, 1_000_000), "Requests a second that the admin key, or one token, may make; a burst may have twice as many.") { Default = Defaults.AdminRps, AtNextStart = true };

    private static readonly Key<long> MaxBody = new("max_body", new SizeKind(1024, 1L << 30), "Bytes a request's body may have.") { Default = Defaults.MaxBody };

    private static readonly Key<TimeSpan> Drain = new("drain", Shutdown, "How long running requests may finish after SIGTERM.") { Default = Defaults.Drain };

    private static readonly Key<TimeSpan> PreStopDelay = new("pre_stop_delay", Shutdown, "After SIGTERM, how long new requests are still taken while /health/ready says 503, so that load balancers stop sending first.") { Default = Defaults.PreStopDelay };

    private static readonly Key<TimeSpan> FlushTimeout = new("flush_timeout", new DurationKind(TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)), "How long a client may leave an answer unread before its connection is cut.") { Default = Defaults.FlushTimeout };

    private static readonly Key<OverloadConfig> Overload = new("overload", OverloadShape.Kind, "How many requests are under way at once, and what becomes of more (docs/overload.md).") { Default = Defaults.Overload };

    public static readonly RecordKind<ServerConfig> Kind = new("server", [Urls, AdminKey, AdminRps, MaxBody, Drain, PreStopDelay, FlushTimeout, Overload], Build);

    private static ServerConfig Build(MappingReader m)
    {
        var server = new ServerConfig
        {
            Urls = m.Get(Urls),
            AdminKey = m.Get(AdminKey),
            AdminRps = m.Get(AdminRps),
            MaxBody = m.Get(MaxBody),
            Drain = m.Get(Drain),
            PreStopDelay = m.Get(PreStopDelay),
            FlushTimeout = m.Get(FlushTimeout),
            Overload = m.Get(Overload),
        };
        if (server.AdminKey is not null)
            KeyShape.RequireOwnSecret(m, AdminKey, KeyHash.Of(server.AdminKey));
        return server;
    }
}
