using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Rig;

/// <summary>One gateway and one upstream for all tests that leave them as they found them.</summary>
public sealed class SharedRig : IAsyncLifetime, IDisposable
{
    public const string AppKey = "sk-canary-app-000000000000000000000001";
    public const string NarrowKey = "sk-canary-narrow-0000000000000000000002";
    public const string ExpiredKey = "sk-canary-expired-000000000000000000003";
    public const string ProviderKey = "sk-canary-provider-00000000000000000004";

    /// <summary>Has a budget that is never spent: of its attempts it is known what was held.</summary>
    public const string SpenderKey = "sk-canary-spender-000000000000000000005";

    /// <summary>May spend half a tenth of a cent.</summary>
    public const string PoorKey = "sk-canary-poor-0000000000000000000000006";

    /// <summary>May ask the first target of a chain, and not the dearer one behind it.</summary>
    public const string ChainedKey = "sk-canary-chained-000000000000000000008";

    private readonly TempFolder _folder = new();
    private readonly StoreKind _kind;
    private TestStore? _store;
    private ScriptedUpstream? _upstream;
    private GatewayProcess? _gateway;
    private SharedRig? _other;

    public SharedRig()
    {
    }

    private SharedRig(StoreKind kind) => _kind = kind;

    public ScriptedUpstream Upstream => _upstream ?? throw new InvalidOperationException("not started");

    public GatewayProcess Gateway => _gateway ?? throw new InvalidOperationException("not started");

    public Caller App => Gateway.Caller(AppKey);

    public Caller Narrow => Gateway.Caller(NarrowKey);

    /// <summary>The same on a store of this kind. The one on PostgreSQL starts with the first test that asks for it; where there is no server, the test is skipped.</summary>
    public async Task<SharedRig> OnAsync(StoreKind kind)
    {
        if (kind == _kind)
            return this;
        if (_other is null)
        {
            var other = new SharedRig(kind);
            try
            {
                await other.InitializeAsync();
            }
            catch
            {
                // A rig nobody gets is processes nobody ends.
                await other.DisposeAsync();
                other.Dispose();
                throw;
            }
            _other = other;
        }
        return _other;
    }

    public async Task InitializeAsync()
    {
        _store = await TestStore.StartAsync(_kind);
        _upstream = await ScriptedUpstream.StartAsync(_folder);
        _gateway = await GatewayProcess.StartAsync(_folder, YamlWithBudgets(_upstream.Address, _store.Address), _store.Environment);
    }

    public async Task DisposeAsync()
    {
        if (_other is not null)
            await _other.DisposeAsync();
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        if (_upstream is not null)
            await _upstream.DisposeAsync();
        if (_store is not null)
            await _store.DisposeAsync();
    }

    public void Dispose()
    {
        _other?.Dispose();
        _folder.Dispose();
    }

    /// <summary>With keys that have budgets.</summary>
    public static string YamlWithBudgets(string upstream, string store) => Yaml(upstream, store).Replace("keys:\n", $$"""
        keys:
          - { name: spender, key: {{SpenderKey}}, budgets: [{ limit: 1000000.00, period: total }] }
          - { name: poor, key: {{PoorKey}}, budgets: [{ limit: 0.0005, period: total }] }
          - { name: chained, key: {{ChainedKey}}, budgets: [{ limit: 0.00006, period: total }] }

        """, StringComparison.Ordinal);

    /// <summary>Providers that speak a dialect themselves.</summary>
    private static string OwnProviders(string upstream)
    {
        const string timeout = "timeout: { connect: 1s, first_byte: 2s, idle: 2s, total: 20s }";
        return $$"""
            - { name: own-messages, kind: anthropic, base_url: "{{upstream}}/v1", api_key: {{ProviderKey}}, beta: "config-beta", {{timeout}} }
              - { name: own-responses, kind: openai, base_url: "{{upstream}}/v1", api_key: {{ProviderKey}}, {{timeout}} }
            """;
    }

    /// <summary>Every kind of model name and target the tests ask for.</summary>
    public static string Yaml(string upstream, string store = "sqlite:{folder}/gateway.db") => $$"""
        server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000, max_body: 1MiB, flush_timeout: 3s }
        store: "{{store}}"
        breaker: { enabled: false }              # its tests have gateways of their own; here upstreams fail on purpose
        retry_budget: { ratio: 1, min: 100000 }
        providers:
          - name: up
            kind: openai-compatible
            base_url: {{upstream}}/v1
            api_key: {{ProviderKey}}
            headers: { X-Team: core }
            timeout: { connect: 1s, first_byte: 2s, idle: 2s, total: 20s }
          - { name: demo, kind: demo, pace: 1ms }
          {{OwnProviders(upstream)}}
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
          - { name: own-messages, targets: [{ provider: own-messages, model: up-fast, price: {{PriceList.Yaml}} }] }
          - { name: own-responses, targets: [{ provider: own-responses, model: up-fast, price: {{PriceList.Yaml}} }] }
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
          - name: long-chain
            strategy: ordered
            targets: [{ provider: up, model: first, price: {{PriceList.Yaml}} }, { provider: up, model: second-dear, price: {{PriceList.DearYaml}} }, { provider: up, model: third, price: {{PriceList.Yaml}} }]
          - name: refused
            strategy: ordered
            targets: [{ provider: down, model: nowhere, price: {{PriceList.Yaml}} }, { provider: up, model: second-dear, price: {{PriceList.DearYaml}} }]
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
