using System.Text.Json;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Caching;

/// <summary>A gateway whose models have caches, with two keys of one team and one of none.</summary>
public sealed class CachingGateway : IAsyncDisposable
{
    public const string OtherKey = "sk-canary-other-00000000000000000000009";
    public const string AloneKey = "sk-canary-alone-00000000000000000000010";

    private readonly TempFolder _folder = new();
    private readonly string _more;
    private readonly bool _stores;
    private readonly string _models;
    private ScriptedUpstream? _upstream;
    private GatewayProcess? _gateway;

    private CachingGateway(string more, bool stores, string models) => (_more, _stores, _models) = (more, stores, models);

    public ScriptedUpstream Upstream => _upstream!;

    public GatewayProcess Gateway => _gateway!;

    public Caller App => Gateway.Caller(SharedRig.AppKey);

    public Caller Other => Gateway.Caller(OtherKey);

    public Caller Alone => Gateway.Caller(AloneKey);

    public Caller Admin => Gateway.Caller(GatewayProcess.AdminKey);

    /// <param name="more">Further members of each model.</param>
    /// <param name="app">Further members of the first key.</param>
    /// <param name="stores">Answers are in the store too.</param>
    /// <param name="models">Further models, each on its line.</param>
    public static async Task<CachingGateway> StartAsync(string more = "", string app = "", bool stores = false, string models = "")
    {
        var caching = new CachingGateway(app, stores, models);
        try
        {
            caching._upstream = await ScriptedUpstream.StartAsync(caching._folder);
            caching._gateway = await GatewayProcess.StartAsync(caching._folder, caching.Yaml(more));
            return caching;
        }
        catch
        {
            // A gateway nobody gets is a process nobody ends.
            await caching.DisposeAsync();
            throw;
        }
    }

    public string Yaml(string more) => $$"""
        server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000 }
        store: "sqlite:{folder}/gateway.db"
        breaker: { enabled: false }
        cache: { memory: 64MiB, store: {{(_stores ? "64MiB" : "0")}} }
        providers:
          - { name: up, kind: openai-compatible, base_url: "{{Upstream.Address}}/v1", api_key: {{SharedRig.ProviderKey}}, timeout: { first_byte: 10s, idle: 10s } }
          - { name: claude, kind: anthropic, base_url: "{{Upstream.Address}}/v1", api_key: {{SharedRig.ProviderKey}} }
          - { name: own, kind: openai, base_url: "{{Upstream.Address}}/v1", api_key: {{SharedRig.ProviderKey}} }
        models:
          - { name: fast, cache: { ttl: 10m }, targets: [{ provider: up, model: up-fast, price: {{PriceList.Yaml}} }]{{more}} }
          - { name: shared, cache: { ttl: 10m, share: team }, targets: [{ provider: up, model: up-fast, price: {{PriceList.Yaml}} }]{{more}} }
          - { name: short, cache: { ttl: 10m, max_size: 200 }, targets: [{ provider: up, model: up-fast, price: {{PriceList.Yaml}} }]{{more}} }
          - { name: plain, targets: [{ provider: up, model: up-fast, price: {{PriceList.Yaml}} }] }
          - { name: helped, cache: { ttl: 10m }, targets: [{ provider: up, model: up-fast, price: {{PriceList.Yaml}} }], fallbacks: [plain] }
          - { name: claude, cache: { ttl: 10m }, targets: [{ provider: claude, model: up-fast, price: {{PriceList.Yaml}} }] }
          - { name: own, cache: { ttl: 10m }, targets: [{ provider: own, model: up-fast, price: {{PriceList.Yaml}} }] }
        {{_models}}
        aliases: { quick: fast }
        teams: [{ name: crew }]
        keys:
          - { name: app, key: {{SharedRig.AppKey}}, team: crew{{_more}} }
          - { name: other, key: {{OtherKey}}, team: crew }
          - { name: alone, key: {{AloneKey}} }
        """;

    /// <summary>How many requests of the case the provider has had.</summary>
    public async Task<int> AskedAsync(string name) => (await Upstream.RequestsAsync(name)).Count;

    /// <summary>Waits until so many requests are under way in the gateway.</summary>
    public Task UnderWayAsync(int count) => Eventually.ValueAsync(
        async () => (await Gateway.MetricsAsync()).Sum("gateway_requests_in_flight"), n => n >= count, TimeSpan.FromSeconds(20), $"{count} requests under way");

    public async Task<JsonElement> AuditAsync() => JsonDocument.Parse(await Gateway.AdminAsync("/admin/v1/audit?kind=cache")).RootElement.GetProperty("data");

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        if (_upstream is not null)
            await _upstream.DisposeAsync();
        _folder.Dispose();
    }
}
