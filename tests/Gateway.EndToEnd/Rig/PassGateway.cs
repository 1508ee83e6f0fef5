using Gateway.FakeUpstream;
using Microsoft.AspNetCore.Http;

namespace Gateway.EndToEnd.Rig;

/// <summary>A gateway in front of one provider whose API is passed through.</summary>
public sealed class PassGateway : IAsyncDisposable
{
    public const string BudgetKey = "sk-canary-budget-00000000000000000000071", WildKey = "sk-canary-wild-0000000000000000000000072";

    private readonly TempFolder _folder = new();

    public required HandlerUpstream Upstream { get; init; }

    public GatewayProcess Gateway { get; private set; } = null!;

    public Caller App => Gateway.Caller(SharedRig.AppKey);

    /// <summary>Its budget is large enough for many calls.</summary>
    public Caller Budgeted => Gateway.Caller(BudgetKey);

    /// <param name="provider">Members of the provider beside its name and address.</param>
    /// <param name="path">After the upstream's address, the provider's base URL.</param>
    /// <param name="root">Further lines of the configuration.</param>
    /// <param name="key">Members of a key named <c>extra</c>, if there is to be one.</param>
    public static async Task<PassGateway> StartAsync(
        Func<HttpContext, byte[], Task> handler, string provider = $"kind: openai-compatible, api_key: {SharedRig.ProviderKey}", string path = "/v1", string root = "", string server = "", string? key = null) =>
        await StartAsync(await HandlerUpstream.StartAsync(handler), provider, path, root, server, key);

    public static async Task<PassGateway> StartAsync(
        HandlerUpstream upstream, string provider = $"kind: openai-compatible, api_key: {SharedRig.ProviderKey}", string path = "/v1", string root = "", string server = "", string? key = null)
    {
        var rig = new PassGateway { Upstream = upstream };
        try
        {
            rig.Gateway = await GatewayProcess.StartAsync(rig._folder, $$"""
                server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000{{server}} }
                store: sqlite:{folder}/gateway.db
                providers: [{ name: up, base_url: "{{upstream.Address}}{{path}}", {{provider}} }]
                models:
                  - { name: fast, targets: [{ provider: up, model: up-fast, price: {{PriceList.Yaml}} }] }
                  - { name: "wild-*", targets: [{ provider: up, model: "up-wild-*", price: {{PriceList.Yaml}} }] }
                keys:
                  - { name: app, key: {{SharedRig.AppKey}} }
                  - { name: budget, key: {{BudgetKey}}, budgets: [{ limit: 1000.00, period: total }] }
                  - { name: narrow, key: {{SharedRig.NarrowKey}}, models: [fast, "up/up-fast"] }
                  - { name: wild, key: {{WildKey}}, models: ["up/*"] }
                {{(key is null ? "" : $"  - {{ name: extra, {key} }}")}}
                {{root}}
                """);
            return rig;
        }
        catch
        {
            await rig.DisposeAsync();
            throw;
        }
    }

    /// <summary>All rows, as soon as there are so many.</summary>
    public Task<IReadOnlyList<LedgerEntry>> RowsAsync(int count = 1) =>
        Eventually.ValueAsync(() => Gateway.LedgerAsync(), rows => rows.Count >= count, TimeSpan.FromSeconds(5), $"{count} rows");

    /// <summary>What the budget of <see cref="Budgeted"/> has, when nothing runs.</summary>
    public async Task<BudgetEntry> BudgetAsync() => (await Gateway.BudgetsAsync()).Single(static b => b.Held >= 0 && b.Limit == 1_000_000_000_000);

    public async ValueTask DisposeAsync()
    {
        if (Gateway is not null)
            await Gateway.DisposeAsync();
        await Upstream.DisposeAsync();
        _folder.Dispose();
    }
}
