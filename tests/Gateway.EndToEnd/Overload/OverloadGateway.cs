using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Overload;

/// <summary>A gateway that takes few requests at once, before a scripted upstream. Two teams have a key each.</summary>
public sealed class OverloadGateway : IAsyncDisposable
{
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private readonly TempFolder _folder = new();

    private OverloadGateway()
    {
    }

    public ScriptedUpstream Upstream { get; private set; } = null!;

    public GatewayProcess Gateway { get; private set; } = null!;

    /// <summary>Of the team that sends too much.</summary>
    public Caller Noisy => Gateway.Caller(SharedRig.AppKey);

    /// <summary>Of another team.</summary>
    public Caller Quiet => Gateway.Caller(SharedRig.NarrowKey);

    /// <param name="overload">The keys of <c>server.overload</c>.</param>
    /// <param name="server">Further keys of <c>server</c>.</param>
    public static async Task<OverloadGateway> StartAsync(string overload, string server = "drain: 30s")
    {
        var rig = new OverloadGateway();
        try
        {
            rig.Upstream = await ScriptedUpstream.StartAsync(rig._folder);
            rig.Gateway = await GatewayProcess.StartAsync(rig._folder, rig.Yaml(overload, server));
            return rig;
        }
        catch
        {
            await rig.DisposeAsync();
            throw;
        }
    }

    public string Yaml(string overload, string server = "drain: 30s") => $$"""
        server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000, {{server}}, overload: { {{overload}} } }
        store: "sqlite:{folder}/gateway.db"
        unpriced: allow
        providers: [{ name: up, kind: openai-compatible, base_url: "{{Upstream.Address}}/v1", api_key: {{SharedRig.ProviderKey}} }]
        models: [{ name: fast, targets: [{ provider: up, model: up-fast, price: {{PriceList.Yaml}} }] }]
        teams: [{ name: noisy }, { name: quiet }]
        keys: [{ name: app, key: {{SharedRig.AppKey}}, team: noisy }, { name: other, key: {{SharedRig.NarrowKey}}, team: quiet }]
        budgets: [{ limit: 1000.00, period: total }]
        """;

    /// <summary>Begins a stream whose end is held back, and waits until the upstream has it.</summary>
    public async Task<HeldAnswer> HoldAsync(string name)
    {
        var before = (await Upstream.StatsAsync()).Held;
        var answer = Noisy.StreamAsync(Ask.Chat("fast", new Script { Case = name, Hold = Stall.Middle, Chunks = 4, After = 2 }, stream: true));
        await Eventually.TrueAsync(async () => (await Upstream.StatsAsync()).Held == before + 1, Soon, () => $"{name} to be under way");
        return new(this, name, answer);
    }

    /// <summary>Until so many requests wait for their turn.</summary>
    public Task WaitingAsync(int count) =>
        Eventually.TrueAsync(async () => (await Gateway.MetricsAsync()).Sum("gateway_queue_depth") == count, Soon, () => $"{count} requests to wait");

    public async ValueTask DisposeAsync()
    {
        if (Gateway is not null) await Gateway.DisposeAsync();
        if (Upstream is not null) await Upstream.DisposeAsync();
        _folder.Dispose();
    }

    /// <param name="Answer">Complete when it has been let go.</param>
    public sealed record HeldAnswer(OverloadGateway Rig, string Name, Task<StreamedAnswer> Answer)
    {
        public async Task ReleaseAsync()
        {
            await Rig.Upstream.ReleaseAsync(Name);
            (await Answer).Status.Should().Be(HttpStatusCode.OK);
            (await Answer).Done.Should().BeTrue();
        }
    }
}
