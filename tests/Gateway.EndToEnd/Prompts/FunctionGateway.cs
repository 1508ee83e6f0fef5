using Gateway.EndToEnd.Rig;

namespace Gateway.EndToEnd.Prompts;

/// <summary>A gateway in front of a scripted upstream that it knows as three providers: one of each API that has conversations.</summary>
public sealed class FunctionGateway : IAsyncDisposable
{
    private readonly TempFolder _folder = new();

    private FunctionGateway()
    {
    }

    public ScriptedUpstream Upstream { get; private set; } = null!;

    public GatewayProcess Gateway { get; private set; } = null!;

    public Caller App => Gateway.Caller(SharedRig.AppKey);

    /// <param name="root">Prompts, functions and what else is to be in the configuration.</param>
    /// <param name="keys">Further entries of <c>keys</c>, each on its line.</param>
    public static async Task<FunctionGateway> StartAsync(string root, string keys = "")
    {
        var rig = new FunctionGateway();
        try
        {
            rig.Upstream = await ScriptedUpstream.StartAsync(rig._folder);
            var at = $"base_url: \"{rig.Upstream.Address}/v1\", api_key: {SharedRig.ProviderKey}";
            rig.Gateway = await GatewayProcess.StartAsync(rig._folder, $$"""
                server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000 }
                store: "sqlite:{folder}/gateway.db"
                unpriced: allow
                providers: [{ name: chat, kind: openai-compatible, {{at}} }, { name: messages, kind: anthropic, {{at}} }, { name: responses, kind: openai, {{at}} }]
                models:
                  - { name: chat, targets: [{ provider: chat, model: real, price: { input: 1, output: 1 } }] }
                  - { name: messages, targets: [{ provider: messages, model: real, price: { input: 1, output: 1 } }] }
                  - { name: responses, targets: [{ provider: responses, model: real, price: { input: 1, output: 1 } }] }
                {{root}}
                keys:
                  - { name: app, key: {{SharedRig.AppKey}} }
                {{keys}}
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
