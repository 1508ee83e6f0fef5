using Gateway.EndToEnd.Rig;

namespace Gateway.EndToEnd.Routing;

/// <summary>A gateway with a scripted upstream whose health is a test's own.</summary>
public sealed class RoutingGateway : IAsyncDisposable
{
    public const string FirstKey = "provider-key-one-0123456789";
    public const string SecondKey = "provider-key-two-0123456789";

    private readonly TempFolder _folder = new();

    private RoutingGateway()
    {
    }

    public ScriptedUpstream Upstream { get; private set; } = null!;

    public GatewayProcess Gateway { get; private set; } = null!;

    public Caller App => Gateway.Caller(SharedRig.AppKey);

    /// <param name="models">The entries of <c>models</c>, each on its line; their provider is <c>up</c>, and <c>down</c> refuses connections.</param>
    /// <param name="root">Further lines of the configuration.</param>
    public static async Task<RoutingGateway> StartAsync(string models, string root = "")
    {
        var rig = new RoutingGateway();
        try
        {
            rig.Upstream = await ScriptedUpstream.StartAsync(rig._folder);
            rig.Gateway = await GatewayProcess.StartAsync(rig._folder, $$"""
                server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000 }
                store: "sqlite:{folder}/gateway.db"
                unpriced: allow
                {{root}}
                providers:
                  - { name: up, kind: openai-compatible, base_url: "{{rig.Upstream.Address}}/v1", api_key: {{SharedRig.ProviderKey}}, timeout: { connect: 5s, first_byte: 15s, idle: 15s, total: 30s } }
                  - { name: brisk, kind: openai-compatible, base_url: "{{rig.Upstream.Address}}/v1", api_key: {{SharedRig.ProviderKey}}, timeout: { first_byte: 300ms } }
                  - { name: keyed, kind: openai-compatible, base_url: "{{rig.Upstream.Address}}/v1", api_keys: [{{FirstKey}}, {{SecondKey}}] }
                  - { name: down, kind: openai-compatible, base_url: "http://127.0.0.1:1/v1", api_key: {{SharedRig.ProviderKey}} }
                  - { name: claude, kind: anthropic, base_url: "http://127.0.0.1:1/v1", api_key: {{SharedRig.ProviderKey}} }
                models:
                {{models}}
                keys:
                  - { name: app, key: {{SharedRig.AppKey}} }
                """);
            return rig;
        }
        catch
        {
            await rig.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Gateway is not null) await Gateway.DisposeAsync();
        if (Upstream is not null) await Upstream.DisposeAsync();
        _folder.Dispose();
    }
}
