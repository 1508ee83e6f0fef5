using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Rig;

/// <summary>One gateway and one upstream for all tests that leave them as they found them.</summary>
public sealed class SharedRig : IAsyncLifetime, IDisposable
{
    public const string AppKey = "sk-canary-app-000000000000000000000001";
    public const string NarrowKey = "sk-canary-narrow-0000000000000000000002";
    public const string ExpiredKey = "sk-canary-expired-000000000000000000003";
    public const string ProviderKey = "sk-canary-provider-00000000000000000004";

    private readonly TempFolder _folder = new();
    private ScriptedUpstream? _upstream;
    private GatewayProcess? _gateway;

    public ScriptedUpstream Upstream => _upstream ?? throw new InvalidOperationException("not started");

    public GatewayProcess Gateway => _gateway ?? throw new InvalidOperationException("not started");

    public Caller App => Gateway.Caller(AppKey);

    public Caller Narrow => Gateway.Caller(NarrowKey);

    public async Task InitializeAsync()
    {
        _upstream = await ScriptedUpstream.StartAsync(_folder);
        _gateway = await GatewayProcess.StartAsync(_folder, Yaml(_upstream.Address));
    }

    public async Task DisposeAsync()
    {
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        if (_upstream is not null)
            await _upstream.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Every kind of model name and target the tests ask for.</summary>
    public static string Yaml(string upstream, string store = "sqlite:{folder}/gateway.db") => $$"""
        server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000, max_body: 1MiB, flush_timeout: 3s }
        store: "{{store}}"
        providers:
          - name: up
            kind: openai-compatible
            base_url: {{upstream}}/v1
            api_key: {{ProviderKey}}
            headers: { X-Team: core }
            timeout: { connect: 1s, first_byte: 2s, idle: 2s, total: 20s }
          - { name: demo, kind: demo, pace: 1ms }
          - { name: down, kind: openai-compatible, base_url: "http://127.0.0.1:1/v1", api_key: {{ProviderKey}} }
        models:
          - { name: demo, targets: [{ provider: demo, model: demo, price: {{PriceList.Yaml}} }] }
          - { name: fast, targets: [{ provider: up, model: up-fast, price: {{PriceList.Yaml}} }] }
          - { name: drained, on_disconnect: drain, targets: [{ provider: up, model: up-fast, price: {{PriceList.Yaml}} }] }
          - name: drained-chain
            on_disconnect: drain
            strategy: ordered
            targets:
              - { provider: up, model: first, price: {{PriceList.Yaml}} }
              - { provider: up, model: second-dear, price: {{PriceList.DearYaml}} }
          - { name: dear, targets: [{ provider: up, model: up-dear, price: {{PriceList.DearYaml}} }] }
          - { name: embed, targets: [{ provider: up, model: up-embed, price: {{PriceList.Yaml}} }] }
          - { name: secret, targets: [{ provider: up, model: up-secret, price: {{PriceList.Yaml}} }] }
          - name: tuned
            targets: [{ provider: up, model: up-tuned, price: {{PriceList.Yaml}} }]
            params: { temperature: 0.25, top_p: 0.5, stop: ["END"] }
            override: { seed: 7 }
          - name: chain
            strategy: ordered
            targets:
              - { provider: up, model: first, price: {{PriceList.Yaml}} }
              - { provider: up, model: second-dear, price: {{PriceList.DearYaml}} }
          - name: refused
            strategy: ordered
            targets:
              - { provider: down, model: nowhere, price: {{PriceList.Yaml}} }
              - { provider: up, model: second-dear, price: {{PriceList.DearYaml}} }
          - { name: dead, targets: [{ provider: down, model: nowhere, price: {{PriceList.Yaml}} }] }
          - name: split
            strategy: weighted
            targets:
              - { provider: up, model: split-three, weight: 3, price: {{PriceList.Yaml}} }
              - { provider: up, model: split-one, weight: 1, price: {{PriceList.Yaml}} }
          - { name: "wild-*", targets: [{ provider: up, model: "up-*", price: {{PriceList.Yaml}} }] }
        aliases: { gpt-4: fast, "claude-*": fast }
        keys:
          - { name: app, key: {{AppKey}} }
          - { name: narrow, key: {{NarrowKey}}, team: growth, models: [fast, "wild-*"] }
          - { name: expired, key: {{ExpiredKey}}, expires: 2020-01-31 }
        teams:
          - { name: growth }
        """;
}

[CollectionDefinition(Name)]
public sealed class OneGateway : ICollectionFixture<SharedRig>
{
    public const string Name = "one gateway for all";
}
