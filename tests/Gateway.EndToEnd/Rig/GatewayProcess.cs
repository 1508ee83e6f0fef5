using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Gateway.EndToEnd.Rig;

/// <summary>The gateway as its users run it: a process, a configuration file, a data folder. Restarts keep the folder.</summary>
/// <remarks>With GATEWAY_E2E_LOGS=FOLDER everything it printed stays there after the test.</remarks>
public sealed class GatewayProcess : IAsyncDisposable
{
    public const string AdminKey = "admin-canary-0123456789abcdef0123456789abcdef";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly IReadOnlyDictionary<string, string?> _environment;
    private readonly string[] _arguments;
    private readonly List<string> _earlierOutput = [];
    private bool _asBuilt;
    private Surroundings? _within;
    private ChildProcess? _process;
    private HttpClient? _http;

    private GatewayProcess(TempFolder folder, string[] arguments, IReadOnlyDictionary<string, string?> environment)
    {
        Folder = folder;
        _arguments = arguments;
        _environment = environment;
    }

    public TempFolder Folder { get; }

    public string ConfigPath => Folder.File("gateway.yaml");

    /// <summary><c>http://127.0.0.1:PORT</c>; another one after each restart.</summary>
    public string Address { get; private set; } = "";

    public int Port => new Uri(Address).Port;

    public int ProcessId => Process.Id;

    /// <summary>From the start of the process to the first 200 of /health/ready.</summary>
    public TimeSpan TimeToReady { get; private set; }

    /// <summary>Stdout and stderr of every run so far.</summary>
    public string Output => string.Join('\n', [.. _earlierOutput, _process is null ? "" : _process.Output + _process.Errors]);

    /// <summary>Speaks to the gateway without a credential and checks every reply against OpenAI's schema.</summary>
    public HttpClient Http => _http ?? throw new InvalidOperationException("the gateway does not run");

    private ChildProcess Process => _process ?? throw new InvalidOperationException("the gateway does not run");

    /// <summary>Starts with a configuration; its <c>{folder}</c> stands for the data folder.</summary>
    /// <param name="asBuilt">Not the published program: what it loads can be seen, an assembly a file.</param>
    /// <param name="within">Where it runs, if not in the test's own surroundings.</param>
    public static async Task<GatewayProcess> StartAsync(TempFolder folder, string yaml, IReadOnlyDictionary<string, string?>? environment = null, bool asBuilt = false, Surroundings? within = null)
    {
        var gateway = new GatewayProcess(folder, ["serve", "--config", folder.File("gateway.yaml"), "--urls", "http://127.0.0.1:0"], environment ?? new Dictionary<string, string?>())
        {
            _asBuilt = asBuilt,
            _within = within,
        };
        gateway.WriteConfig(yaml);
        return await gateway.StartedAsync();
    }

    /// <summary>Starts without a configuration file, as a new user does.</summary>
    public static async Task<GatewayProcess> StartBareAsync(TempFolder folder, bool asBuilt = false)
    {
        var gateway = new GatewayProcess(folder, ["--urls", "http://127.0.0.1:0"], new Dictionary<string, string?> { ["GATEWAY_CONFIG"] = null }) { _asBuilt = asBuilt };
        return await gateway.StartedAsync();
    }

    /// <summary>Replaces the configuration file as editors do: whole, by a rename.</summary>
    public void WriteConfig(string yaml)
    {
        var next = Folder.File("gateway.yaml.next");
        File.WriteAllText(next, yaml.Replace("{folder}", Folder.Path, StringComparison.Ordinal));
        File.Move(next, ConfigPath, overwrite: true);
    }

    /// <summary>Starts again on the same folder; the process before must have ended.</summary>
    public async Task StartAsync()
    {
        if (_process is not null)
            await CollectAsync();
        var watch = Stopwatch.StartNew();
        _process = _asBuilt
            ? ChildProcess.StartDotnet([Places.GatewayDll, .. _arguments], Folder.Path, _environment)
            : ChildProcess.StartGateway(_arguments, Folder.Path, _environment, _within);
        Address = await _process.AfterMarkerAsync("Listening on ", StartLimit);
        // Left alone, this client would go on reading for two seconds after a response is disposed, to save the connection: nobody would see it leave.
        var sockets = new SocketsHttpHandler { MaxConnectionsPerServer = 4096, AllowAutoRedirect = false, ResponseDrainTimeout = TimeSpan.Zero, ConnectCallback = _within?.Connect };
        _http = new HttpClient(new SchemaCheck(sockets)) { BaseAddress = new Uri(Address), Timeout = TimeSpan.FromSeconds(60) };
        await Eventually.TrueAsync(
            async () => await StatusAsync("/health/ready") == HttpStatusCode.OK,
            StartLimit,
            () => $"/health/ready to answer 200.\n{Output}");
        TimeToReady = watch.Elapsed;
    }

    /// <summary>Null where nobody answers.</summary>
    public async Task<HttpStatusCode?> StatusAsync(string path)
    {
        try
        {
            using var response = await Http.GetAsync(path);
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Makes it read its configuration at once.</summary>
    public void Hangup() => Process.Signal(ChildProcess.SigHup);

    public void Terminate() => Process.Signal(ChildProcess.SigTerm);

    public Task<int> ExitCodeAsync(TimeSpan within) => Process.ExitCodeAsync(within);

    public bool HasExited => Process.HasExited;

    /// <summary>False from its end, by whatever hand, to its next start.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>kill -9, and waits until the process is gone.</summary>
    public async Task KillAsync()
    {
        Process.Signal(ChildProcess.SigKill);
        await Process.ExitCodeAsync(TimeSpan.FromSeconds(10));
    }

    public Caller Caller(string key) => new(Http, key);

    /// <summary>All rows, from the first page to the last.</summary>
    /// <param name="from">Only rows admitted at this instant or later.</param>
    public async Task<IReadOnlyList<LedgerEntry>> LedgerAsync(DateTimeOffset? from = null)
    {
        var rows = new List<LedgerEntry>();
        string? cursor = null;
        do
        {
            var query = $"/admin/v1/ledger?limit=1000{(from is { } f ? $"&from={Uri.EscapeDataString(f.ToString("O"))}" : "")}{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}";
            using var page = JsonDocument.Parse(await AdminAsync(query));
            rows.AddRange(page.RootElement.GetProperty("data").EnumerateArray().Select(LedgerEntry.Parse));
            cursor = page.RootElement.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        while (cursor is not null);
        return rows;
    }

    /// <summary>The rows of one user (a test's case), as soon as there are so many.</summary>
    public Task<IReadOnlyList<LedgerEntry>> RowsOfAsync(string user, int count, DateTimeOffset? from = null) => Eventually.ValueAsync<IReadOnlyList<LedgerEntry>>(
        async () => [.. (await LedgerAsync(from)).Where(r => r.User == user)],
        rows => rows.Count >= count,
        TimeSpan.FromSeconds(5),
        $"{count} ledger rows of user {user}");

    public async Task<IReadOnlyList<BudgetEntry>> BudgetsAsync()
    {
        using var answer = JsonDocument.Parse(await AdminAsync("/admin/v1/budgets"));
        return [.. answer.RootElement.GetProperty("data").EnumerateArray().Select(BudgetEntry.Parse)];
    }

    /// <summary>Runs <c>audit</c> beside the gateway, over its store.</summary>
    public async Task<(int ExitCode, string Output)> AuditAsync()
    {
        // Everything that was settled is in the store when a query was answered.
        if (_process is { HasExited: false })
            await AdminAsync("/admin/v1/usage");
        return await CommandAsync("audit");
    }

    /// <summary>Runs another command with this gateway's configuration.</summary>
    public async Task<(int ExitCode, string Output)> CommandAsync(params string[] arguments)
    {
        await using var command = ChildProcess.StartGateway([.. arguments, "--config", ConfigPath], Folder.Path, _environment);
        var code = await command.ExitCodeAsync(TimeSpan.FromSeconds(60));
        return (code, command.Output + command.Errors);
    }

    /// <summary>The body of an admin endpoint; anything but 200 throws.</summary>
    public async Task<string> AdminAsync(string pathAndQuery)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, pathAndQuery);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", AdminKey);
        using var response = await Http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? body : throw new HttpRequestException($"{pathAndQuery}: {(int)response.StatusCode} {body}");
    }

    public async Task<PrometheusText> MetricsAsync() => new(await Http.GetStringAsync("/metrics"));

    public async ValueTask DisposeAsync() => await CollectAsync();

    /// <summary>A gateway nobody gets is a process nobody ends.</summary>
    private async Task<GatewayProcess> StartedAsync()
    {
        try
        {
            await StartAsync();
            return this;
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    private async Task CollectAsync()
    {
        _http?.Dispose();
        if (_process is null)
            return;
        await _process.DisposeAsync();
        var said = _process.Output + _process.Errors;
        _earlierOutput.Add(said);
        _process = null;
        if (Environment.GetEnvironmentVariable("GATEWAY_E2E_LOGS") is { Length: > 0 } logs)
            await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(logs).FullName, $"{Path.GetFileName(Folder.Path)}-{_earlierOutput.Count}.log"), said);
    }
}
