using System.Globalization;
using System.Net;
using Gateway.FakeUpstream;
using Gateway.Storage.Postgres;
using Gateway.TestSupport;

namespace Gateway.EndToEnd.Rig;

/// <summary>Several gateways on one PostgreSQL server and one upstream, with one key between them.</summary>
public sealed class Fleet : IAsyncDisposable
{
    private readonly List<(GatewayProcess Process, TempFolder Folder)> _gateways = [];
    private readonly TempFolder _folder = new();
    private ScriptedUpstream? _upstream;
    private FaultProxy? _between;

    private Fleet(PostgresServer server) => Server = server;

    public PostgresServer Server { get; }

    /// <summary>What stands between the gateways and the server.</summary>
    public FaultProxy Between => _between!;

    public ScriptedUpstream Upstream => _upstream!;

    public GatewayProcess this[int index] => _gateways[index].Process;

    /// <param name="limits">Further members of the key.</param>
    /// <param name="model">Further members of the model.</param>
    /// <param name="root">Further lines of the configuration, more keys first.</param>
    public static async Task<Fleet> StartAsync(int count, string limits, string model = "", string root = "", string server = "")
    {
        Skip.If(PostgresServer.Programs is null, PostgresServer.Missing);
        var fleet = new Fleet(await PostgresServer.StartAsync(durable: true));
        try
        {
            var database = await fleet.Server.EmptyDatabaseAsync("gateway_test_fleet");
            fleet._between = new(database.Port);
            fleet._upstream = await ScriptedUpstream.StartAsync(fleet._folder);
            var environment = new Dictionary<string, string?> { ["POSTGRES_PASSWORD"] = Uri.EscapeDataString(PostgresServer.Password) };
            foreach (var folder in Enumerable.Range(0, count).Select(static _ => new TempFolder()))
                fleet._gateways.Add((await GatewayProcess.StartAsync(folder, fleet.Yaml(database, limits, model, root, server), environment), folder));
            return fleet;
        }
        catch
        {
            // A fleet nobody gets is processes nobody ends.
            await fleet.DisposeAsync();
            throw;
        }
    }

    public async Task<HttpStatusCode> AskAsync(int gateway, string name, bool stream, int maxTokens = 300_000)
    {
        var body = Ask.Chat("fast", new Script { Case = name, PromptTokens = 500, CompletionTokens = 60_000 }, stream, $"\"max_tokens\":{maxTokens}");
        var caller = this[gateway].Caller(SharedRig.AppKey);
        if (!stream)
            return (await caller.ChatAsync(body)).Status;
        var answer = await caller.StreamAsync(body);
        return answer.Status == HttpStatusCode.OK && !answer.Done ? throw new IOException("cut") : answer.Status;
    }

    /// <summary>The id under which others know a gateway.</summary>
    public async Task<string> IdAsync(int gateway)
    {
        using var list = System.Text.Json.JsonDocument.Parse(await this[gateway].AdminAsync("/admin/v1/instances"));
        return list.RootElement.GetProperty("data").EnumerateArray().Single(static i => i.GetProperty("self").GetBoolean()).GetProperty("id").GetString()!;
    }

    /// <summary>The id of the gateway that does not answer here.</summary>
    public async Task<string> OtherThanAsync(int gateway) => (await OthersThanAsync(gateway)).Single().Id;

    public async Task<IReadOnlyList<(string Id, bool IsAlive)>> OthersThanAsync(int gateway)
    {
        using var list = System.Text.Json.JsonDocument.Parse(await this[gateway].AdminAsync("/admin/v1/instances"));
        return [.. list.RootElement.GetProperty("data").EnumerateArray().Where(static i => !i.GetProperty("self").GetBoolean())
            .Select(static i => (i.GetProperty("id").GetString()!, i.GetProperty("alive").GetBoolean()))];
    }

    public async Task<HttpStatusCode> ForgetAsync(int gateway, string id, string query = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"{this[gateway].Address}/admin/v1/instances/{id}{query}");
        request.Headers.Authorization = new("Bearer", GatewayProcess.AdminKey);
        using var answer = await this[gateway].Http.SendAsync(request);
        return answer.StatusCode;
    }

    /// <summary>The most that was ever spent and held of the budget, looked at from all sides.</summary>
    public async Task<long> WatchAsync(CancellationToken over)
    {
        var most = 0L;
        for (var i = 0; !over.IsCancellationRequested; i++)
        {
            var budget = (await this[i % _gateways.Count].BudgetsAsync()).Single();
            most = Math.Max(most, budget.Spent + budget.Held);
        }
        return most;
    }

    /// <summary>At rest every gateway sees the same: what is spent is the sum of the rows, nothing is held, and the rows are priced as the upstream billed them.</summary>
    public async Task<IReadOnlyList<LedgerEntry>> RequireTruthAsync()
    {
        var invoice = Upstream.Invoice.Select(static l => l.Case).ToHashSet();
        var rows = await Eventually.ValueAsync(() => this[0].LedgerAsync(), r => invoice.IsSubsetOf(r.Select(static x => x.User!)), TimeSpan.FromSeconds(20), "a row of each attempt");
        rows.Select(static r => r.AttemptId).Should().OnlyHaveUniqueItems();
        foreach (var (gateway, _) in _gateways.Where(static g => g.Process.IsRunning))
            await Books.RequireBudgetsAsync(gateway, rows, TimeSpan.FromSeconds(60));
        await Books.RequireAuditAsync(this[0], rows);
        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (process, folder) in _gateways)
        {
            await process.DisposeAsync();
            folder.Dispose();
        }
        if (_upstream is not null)
            await _upstream.DisposeAsync();
        if (_between is not null)
            await _between.DisposeAsync();
        await Server.DisposeAsync();
        _folder.Dispose();
    }

    private string Yaml(PostgresAddress database, string limits, string model, string root, string server) => $$"""
        server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000{{(server.Length == 0 ? "" : ", " + server)}} }
        store: "postgres://gateway:${POSTGRES_PASSWORD}@127.0.0.1:{{new Uri(Between.Address).Port.ToString(CultureInfo.InvariantCulture)}}/{{database.Database}}"
        providers:
          - { name: up, kind: openai-compatible, base_url: "{{Upstream.Address}}/v1", api_key: {{SharedRig.ProviderKey}} }
        models:
          - { name: fast, targets: [{ provider: up, model: up-fast, price: {{PriceList.Yaml}} }]{{(model.Length == 0 ? "" : ", " + model)}} }
        keys:
          - { name: app, key: {{SharedRig.AppKey}}, {{limits}} }
        {{root}}
        """;
}
