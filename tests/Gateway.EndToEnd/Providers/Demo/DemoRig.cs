using Gateway.Demo;
using Gateway.EndToEnd.Rig;

namespace Gateway.EndToEnd.Providers.Demo;

/// <summary><c>Gateway demo</c> as a process, and a gateway in front of it with the providers and models that its banner proposes.</summary>
public class DemoRig : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _folder = new(), _demoFolder = new();
    private ChildProcess? _demo;
    private GatewayProcess? _gateway;

    public GatewayProcess Gateway => _gateway ?? throw new InvalidOperationException("not started");

    public string DemoAddress { get; private set; } = "";

    public Caller App => Gateway.Caller(SharedRig.AppKey);

    /// <summary>Further members of the configuration's root, each a line.</summary>
    protected virtual string More => "";

    public static string Model(string kind) => $"{kind}-demo";

    public async Task InitializeAsync()
    {
        _demo = ChildProcess.StartGateway(["demo", "--urls", "http://127.0.0.1:0", "--pace", "0"], _demoFolder.Path);
        DemoAddress = await _demo.AfterMarkerAsync("Listening on ", TimeSpan.FromSeconds(30));
        var proposed = DemoBanner.Yaml(DemoAddress);
        _gateway = await GatewayProcess.StartAsync(_folder, $$"""
            server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000 }
            store: sqlite:gateway.db
            breaker: { enabled: false }
            retry_budget: { ratio: 1, min: 100000 }
            keys: [{ name: app, key: {{SharedRig.AppKey}} }]
            {{More}}

            """ + proposed.Replace("models:\n", $$"""
              - { name: locked, kind: anthropic, base_url: "{{DemoAddress}}/anthropic/v1", api_key: wrong }
              - { name: failing, kind: gemini, base_url: "{{DemoAddress}}/gemini/v1beta", api_key: some-key, headers: { x-demo-fault: "error 503" } }
              - { name: hasty, kind: openai, base_url: "{{DemoAddress}}/openai/v1", api_key: some-key, timeout: { first_byte: 1s, idle: 1s } }
            models:
              - { name: locked, targets: [{ provider: locked, model: claude-demo }] }
              - { name: resilient, strategy: ordered, targets: [{ provider: failing, model: gemini-3-demo }, { provider: anthropic, model: claude-demo }] }
              - { name: hasty, targets: [{ provider: hasty, model: gpt-demo }] }

            """, StringComparison.Ordinal));
    }

    public async Task DisposeAsync()
    {
        if (_gateway is not null) await _gateway.DisposeAsync();
        if (_demo is not null) await _demo.DisposeAsync();
    }

    public void Dispose()
    {
        _folder.Dispose();
        _demoFolder.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>The same for applications that send what not every provider can do.</summary>
public sealed class LenientDemoRig : DemoRig
{
    protected override string More => "drop_params: true";
}
