using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Security;

/// <summary>A gateway with something in every table, and a client that sends what no library would, and notes whatever no answer may be.</summary>
internal sealed class InjectionRig : IAsyncDisposable
{
    /// <summary>The payloads sleep for twice that, or count for ever.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    /// <summary>Whoever asks what is wrong need not be sent back all that he sent.</summary>
    private const int LongestError = 2_000;

    /// <summary>What databases and their drivers say of a statement they cannot read.</summary>
    private static readonly string[] Confessions = ["SQLite Error", "SqliteException", "PostgresException", "Npgsql", "syntax error at", "unrecognized token", "unterminated quoted", "near \""];

    private readonly TempFolder _folder = new();
    private readonly TestStore _store;
    private readonly Dictionary<string, string> _seeds = [];
    private readonly ConcurrentDictionary<string, byte> _purged = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _wrong = new();
    private readonly ConcurrentQueue<(TimeSpan Took, string What)> _times = new();
    private HttpClient? _http;
    private ScriptedUpstream? _upstream;
    private GatewayProcess? _gateway;
    private int _made, _deleted, _versions, _changes;

    private InjectionRig(TestStore store) => _store = store;

    public GatewayProcess Gateway => _gateway!;

    public ScriptedUpstream Upstream => _upstream!;

    public AdminSurface Surface { get; private set; } = null!;

    public string SeedKey { get; private set; } = "";

    /// <summary>Entries that were made, less those that were deleted.</summary>
    public int Entries => _made - _deleted;

    /// <summary>Changes over the admin API that were answered with success.</summary>
    public int Changes => _changes;

    public IReadOnlyCollection<string> Wrong => _wrong;

    /// <summary>How long each request took, and what it was.</summary>
    public IReadOnlyCollection<(TimeSpan Took, string What)> Times => _times;

    public static async Task<InjectionRig> StartAsync(StoreKind kind)
    {
        var rig = new InjectionRig(await TestStore.StartAsync(kind));
        try
        {
            rig._upstream = await ScriptedUpstream.StartAsync(rig._folder);
            rig._gateway = await GatewayProcess.StartAsync(rig._folder, SharedRig.YamlWithBudgets(rig._upstream.Address, rig._store.Address), rig._store.Environment);
            // Bytes beyond ASCII in headers are sent as UTF-8; the URL stays as it is written.
            var sockets = new SocketsHttpHandler { RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8, ResponseHeaderEncodingSelector = static (_, _) => Encoding.UTF8, AllowAutoRedirect = false };
            rig._http = new HttpClient(sockets) { Timeout = TimeSpan.FromSeconds(60) };
            await rig.SeedAsync();
            return rig;
        }
        catch
        {
            await rig.DisposeAsync();
            throw;
        }
    }

    public void Note(string what) => _wrong.Enqueue(what);

    public async Task<IReadOnlyDictionary<string, long>> CensusAsync()
    {
        // Everything that was settled is in the store when a query was answered.
        await Gateway.AdminAsync("/admin/v1/usage");
        return await StoreCensus.TakeAsync(_store, _folder);
    }

    /// <summary>Sends a text to a place of the admin API; the number makes new names.</summary>
    public async Task<(int Status, string Text)> SendAsync(AdminInput input, string text, int number)
    {
        var path = input.Path;
        while (path.IndexOf('{', StringComparison.Ordinal) is > 0 and var at)
        {
            var name = path[(at + 1)..path.IndexOf('}', StringComparison.Ordinal)];
            path = path.Replace($"{{{name}}}", input.Place == "path" && input.Name == name ? Escape(text) : _seeds.GetValueOrDefault(input.Path[..(input.Path.IndexOf('{', StringComparison.Ordinal) - 1)], "seed"), StringComparison.Ordinal);
        }
        if (input.Place == "query")
            path += $"?{input.Name}={Escape(text)}";
        (string, string)[] headers = input.Place == "header" && Sendable(text) is { Length: > 0 } value ? [(input.Name, value)] : [];
        if (input.Place == "header" && headers.Length == 0)
            return (400, "");
        var (status, answer, _) = await SendAsync(input.Method, path, GatewayProcess.AdminKey, input.Make?.Invoke(text, number).ToJsonString(), headers);
        if (status is >= 200 and < 300 && !input.IsReading)
            Interlocked.Increment(ref _changes);
        // A version belongs to its prompt, and a label is a part of it.
        var isOfPrompt = input.Path.StartsWith("/admin/v1/prompts/{name}/", StringComparison.Ordinal);
        if (status == 201)
            Interlocked.Increment(ref isOfPrompt ? ref _versions : ref _made);
        // A purge deletes no entry: it is one, of which there is one for each tag.
        if (status == 204 && input.Path == "/admin/v1/cache")
            Interlocked.Add(ref _made, _purged.TryAdd(input.Place == "query" ? $"{input.Name}={text}" : "", 0) ? 1 : 0);
        else if (status == 204 && !isOfPrompt)
            Interlocked.Increment(ref _deleted);
        return (status, answer);
    }

    public async Task<(int Status, string Text, string? RequestId)> SendAsync(string method, string path, string? key, string? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Gateway.Address + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        var began = Stopwatch.GetTimestamp();
        using var answer = await _http!.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        var took = Stopwatch.GetElapsedTime(began);
        var what = $"{method} {Start(path)} {Start(body)} {Start(string.Join(' ', headers))}: {(int)answer.StatusCode} {Start(text)}";
        _times.Enqueue((took, what));
        if ((int)answer.StatusCode >= 500)
            Note($"a failure: {what}");
        if (took > Longest)
            Note(string.Create(CultureInfo.InvariantCulture, $"{took.TotalSeconds:0.0} s: {what}"));
        if ((int)answer.StatusCode >= 400 && text.Length > LongestError)
            Note(string.Create(CultureInfo.InvariantCulture, $"an error of {text.Length} characters: {what}"));
        if (Array.Find(Confessions, c => text.Contains(c, StringComparison.OrdinalIgnoreCase)) is { } confession)
            Note($"'{confession}': {what}");
        return ((int)answer.StatusCode, text, answer.Headers.TryGetValues("x-request-id", out var ids) ? ids.First() : null);
    }

    /// <summary>Nothing but what was asked for has changed: the tables, and how many rows each has.</summary>
    public async Task RequireOwnChangesAloneAsync(IReadOnlyDictionary<string, long> before, string because)
    {
        var after = await CensusAsync();
        after.Keys.Should().Equal(before.Keys);
        foreach (var (table, rows) in before)
        {
            var more = table switch { "entity" => Entries, "audit" => Changes, "prompt_version" => _versions, _ => 0 };
            if (table is not ("instance" or "limit_lease"))
                after[table].Should().Be(rows + more, $"{table} has what was made, and nothing else ({because})");
        }
    }

    /// <summary>What of a text fits into a header.</summary>
    public static string Sendable(string text) => string.Concat(text.Where(static c => !char.IsControl(c))).Trim();

    private static string? Start(string? text) => text is { Length: > 300 } ? text[..300] + "…" : text;

    /// <summary>Overlong UTF-8 only exists escaped.</summary>
    public static string Escape(string text) => Uri.EscapeDataString(text).Replace("%25c0%25a7", "%c0%a7", StringComparison.Ordinal);

    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        if (_upstream is not null)
            await _upstream.DisposeAsync();
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>One of everything that can be made, and rows of it: who got more than was asked for would see it.</summary>
    private async Task SeedAsync()
    {
        using var document = JsonDocument.Parse(await Gateway.AdminAsync("/admin/v1/openapi.json"));
        Surface = new(document.RootElement.Clone());
        var makers = Surface.Makers().ToList();
        makers.Should().HaveCountGreaterThan(3);
        // A team is there before its key, a key before the raise of its budget.
        for (var round = 0; round < makers.Count; round++)
        {
            foreach (var (path, body) in makers.Where(m => !_seeds.ContainsKey(m.Path)).ToList())
            {
                var seed = body(0);
                if (seed.ContainsKey("name"))
                    seed["name"] = "seed";
                var (status, text, _) = await SendAsync("POST", path, GatewayProcess.AdminKey, seed.ToJsonString());
                if (status != 201)
                    continue;
                using var made = JsonDocument.Parse(text);
                _seeds[path] = made.RootElement.GetProperty("name").GetString()!;
                if (path == "/admin/v1/keys")
                    SeedKey = made.RootElement.GetProperty("key").GetString()!;
            }
        }
        _seeds.Should().HaveCount(makers.Count, "one of each kind can be made");
        foreach (var name in new[] { "one", "two" })
            (await SendAsync("POST", Caller.Chat, SeedKey, Ask.Chat("fast", new Script { Case = name }), ("x-gateway-tags", "red"))).Status.Should().Be(200);
    }
}
