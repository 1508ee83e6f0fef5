using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Gateway.FakeUpstream;
using Gateway.Storage.Postgres;
using Gateway.TestSupport;

namespace Gateway.EndToEnd.Rig;

/// <summary>A gateway of a test's own with budgets that can be reached: its key, the key's team and the gateway have one each. A PostgreSQL store is behind a fault proxy.</summary>
public sealed class BoundGateway : IAsyncDisposable
{
    /// <summary>What one of <see cref="AskAsync"/>'s answers costs, in nano-dollars.</summary>
    public static readonly long Price = InvoicePrice(Prompt, Completion);

    private const int Prompt = 100, Completion = 400, MaxTokens = 500;

    private readonly TempFolder _folder = new();
    private readonly TestStore _store;
    private ScriptedUpstream? _upstream;
    private GatewayProcess? _gateway;
    private FaultProxy? _between;

    private BoundGateway(TestStore store) => _store = store;

    public GatewayProcess Gateway => _gateway!;

    public ScriptedUpstream Upstream => _upstream!;

    /// <summary>What stands between the gateway and PostgreSQL.</summary>
    public FaultProxy Between => _between!;

    /// <summary>For who wants to look past the gateway; null for a file.</summary>
    public PostgresAddress? Database => _store.Database;

    public Caller App => Gateway.Caller(SharedRig.AppKey);

    /// <summary>Names of requests whose last byte arrived.</summary>
    public ConcurrentDictionary<string, byte> Acknowledged { get; } = new();

    /// <param name="limit">Nano-dollars that each budget has.</param>
    /// <param name="server">Further keys of <c>server</c>.</param>
    /// <param name="root">Further lines of the configuration.</param>
    /// <param name="sqlite">Where the database and its journal are, if not in the gateway's folder.</param>
    /// <param name="variable">One more of the environment of the gateway's process.</param>
    public static async Task<BoundGateway> StartAsync(StoreKind kind, long limit, string server = "", string root = "", string? sqlite = null, (string Name, string Value)? variable = null)
    {
        var bound = new BoundGateway(await TestStore.StartAsync(kind));
        try
        {
            bound._upstream = await ScriptedUpstream.StartAsync(bound._folder);
            var store = $"sqlite:{sqlite ?? "{folder}/gateway.db"}";
            if (bound._store.Database is { } database)
            {
                bound._between = new(database.Port);
                store = bound._store.Address.Replace($":{database.Port}/", $":{bound._between.Port}/", StringComparison.Ordinal);
            }
            bound._gateway = await GatewayProcess.StartAsync(bound._folder, bound.Yaml(store, limit, server, root), variable is var (name, value) ? new Dictionary<string, string?>(bound._store.Environment) { [name] = value } : bound._store.Environment);
            return bound;
        }
        catch
        {
            // A gateway nobody gets is a process nobody ends.
            await bound.DisposeAsync();
            throw;
        }
    }

    /// <summary>A request body. What it can cost at most is little more than what it costs.</summary>
    public static string Body(Script script, bool stream) =>
        Ask.Chat("fast", script with { PromptTokens = Prompt, CompletionTokens = Completion }, stream, $"\"max_tokens\":{MaxTokens}{(stream ? "," + Ask.WithUsage : "")}");

    /// <summary>Asks once, and notes the name where the answer came to its end.</summary>
    public async Task<HttpStatusCode> AskAsync(string name, bool stream = false, Script? script = null)
    {
        var answer = await App.StreamAsync(Body((script ?? new()) with { Case = name }, stream));
        if (answer.Status != HttpStatusCode.OK)
            return answer.Status;
        if (answer.Broken is not null || (stream && !answer.Done))
            throw new IOException($"{name} was cut", answer.Broken);
        Acknowledged[name] = 0;
        return answer.Status;
    }

    /// <summary>Asks so many at once, every second one for a stream; all must be answered.</summary>
    public async Task AskAllAsync(string prefix, int count) =>
        (await Task.WhenAll(Enumerable.Range(0, count).Select(i => AskAsync($"{prefix}-{i}", i % 2 == 1)))).Should().OnlyContain(static s => s == HttpStatusCode.OK);

    /// <summary>Spends what is left: many at once, and then one after the other until the first no. How many were answered.</summary>
    public async Task<int> SpendAllAsync(string prefix)
    {
        var answered = 0;
        var burst = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => AskAsync($"{prefix}-burst-{i}", i % 2 == 1)));
        answered += burst.Count(static s => s == HttpStatusCode.OK);
        burst.Should().OnlyContain(static s => s == HttpStatusCode.OK || s == HttpStatusCode.TooManyRequests);
        HttpStatusCode status;
        for (var i = 0; (status = await AskAsync($"{prefix}-{i}")) == HttpStatusCode.OK; i++)
            answered++;
        status.Should().Be(HttpStatusCode.TooManyRequests, "the budget binds");
        return answered;
    }

    /// <summary>From now on no row gets from the journal into the store, or the gateway does not hear of it: SQLite is locked, and so fares PostgreSQL's INSERT. Ends with what is returned.</summary>
    public async Task<IAsyncDisposable> HoldRowsBackAsync(Fate postgres = Fate.Cut)
    {
        if (_between is null)
            return await SqliteLock.TakeAsync(Gateway.Folder.File("gateway.db"));
        return Disturb(InsertFault(postgres));
    }

    /// <summary>What stands between the gateway and PostgreSQL does this until what is returned is disposed of.</summary>
    public IAsyncDisposable Disturb(Fault fault)
    {
        Between.Fault = fault;
        return new Repair(Between);
    }

    public static Fault InsertFault(Fate then) => new() { Marker = "INSERT INTO ledger (", Then = then };

    /// <summary>Rows in the store, asked past the gateway.</summary>
    public async Task<long> StoredRowsAsync()
    {
        if (_store.Database is { } database)
            return (long)(await PostgresServer.ExecuteAsync(database, "SELECT count(*) FROM ledger"))!;
        return await SqliteLock.CountAsync(Gateway.Folder.File("gateway.db"));
    }

    /// <summary>Rows that the gateway does not know to be in the store.</summary>
    public async Task<double> QueuedRowsAsync() => (await Gateway.MetricsAsync()).Sum("gateway_ledger_queue_length");

    /// <summary>What is held of the gateway's budget.</summary>
    public async Task<long> HeldAsync() => (await Gateway.BudgetsAsync()).Single(static b => b.OwnerKind == "gateway").Held;

    public Task<Books> RequireTruthAsync() => Books.RequireTruthAsync(Gateway, Upstream, [.. Acknowledged.Keys]);

    /// <summary>So many requests, each with its row; the sum is the bill's, and those that the client did not get to the end are known for what they are.</summary>
    public async Task RequireBillAsync(int count, string cutSource)
    {
        var books = await RequireTruthAsync();
        books.Compared.Should().Be(count);
        books.Rows.Should().HaveCount(count);
        books.Rows.Where(r => !Acknowledged.ContainsKey(r.User!)).Should().HaveCount(count - Acknowledged.Count).And.NotContain(r => r.UsageSource != cutSource);
        books.Rows.Sum(static r => r.CostNanoUsd).Should().Be(Upstream.Invoice.Sum(static l => l.NanoUsd)).And.BePositive();
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        if (_upstream is not null)
            await _upstream.DisposeAsync();
        if (_between is not null)
            await _between.DisposeAsync();
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    private sealed class Repair(FaultProxy proxy) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            proxy.Fault = Fault.None;
            return ValueTask.CompletedTask;
        }
    }

    // Nano-dollars, by the upstream's own arithmetic: 37.5 and 150 a token, a fraction counts as a whole one.
    private static long InvoicePrice(long prompt, long completion) => ((prompt * 375) + (completion * 1500) + 9) / 10;

    private string Yaml(string store, long limit, string server, string root)
    {
        var budgets = $"budgets: [{{ limit: {(limit / 1e9m).ToString(CultureInfo.InvariantCulture)}, period: total }}]";
        return $$"""
            server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000{{(server.Length == 0 ? "" : ", " + server)}} }
            store: "{{store}}"
            providers: [{ name: up, kind: openai-compatible, base_url: "{{Upstream.Address}}/v1", api_key: {{SharedRig.ProviderKey}} }]
            models: [{ name: fast, targets: [{ provider: up, model: up-fast, price: {{PriceList.Yaml}} }] }]
            teams: [{ name: crew, {{budgets}} }]
            keys: [{ name: app, key: {{SharedRig.AppKey}}, team: crew, {{budgets}} }]
            {{budgets}}
            {{root}}
            """;
    }
}
