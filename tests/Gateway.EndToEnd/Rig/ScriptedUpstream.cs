using System.Text;
using System.Text.Json;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Rig;

/// <summary>A request as the upstream received it.</summary>
/// <param name="Headers">In order; names as they came.</param>
public sealed record SeenRequest(string Method, string Target, IReadOnlyList<KeyValuePair<string, string>> Headers, string Body)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string? Header(string name) => Headers.Where(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(static h => h.Value).FirstOrDefault();
}

/// <summary>What the upstream counted.</summary>
/// <param name="Held">Answers that stand still where their script says so.</param>
/// <param name="Aborts">Cases whose client left before the end.</param>
public sealed record UpstreamStats(long OpenConnections, long OpenRequests, long Requests, long Held, IReadOnlyDictionary<string, long> ByModel, IReadOnlyList<string> Aborts);

/// <summary>The scripted upstream as a process of its own, so that nothing but bytes connects it to the gateway and the test.</summary>
public sealed class ScriptedUpstream : IAsyncDisposable
{
    private readonly ChildProcess _process;
    private readonly HttpClient _control;

    private ScriptedUpstream(ChildProcess process, string address, string invoice, Surroundings? within)
    {
        _process = process;
        _control = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1, ConnectCallback = within?.Connect }) { BaseAddress = new Uri(address) };
        Address = address;
        InvoicePath = invoice;
    }

    /// <summary><c>http://127.0.0.1:PORT</c></summary>
    public string Address { get; }

    public int Port => new Uri(Address).Port;

    public string InvoicePath { get; }

    public IReadOnlyList<InvoiceLine> Invoice => InvoiceFile.Read(InvoicePath);

    public static async Task<ScriptedUpstream> StartAsync(TempFolder folder, string name = "invoice.jsonl", Surroundings? within = null)
    {
        var invoice = folder.File(name);
        var process = ChildProcess.StartDotnet([Places.FakeUpstreamDll, invoice], folder.Path, within: within);
        try
        {
            return new ScriptedUpstream(process, await process.AfterMarkerAsync("Listening on ", TimeSpan.FromSeconds(20)), invoice, within);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public async Task<UpstreamStats> StatsAsync()
    {
        using var json = JsonDocument.Parse(await _control.GetStringAsync("/__stats"));
        var root = json.RootElement;
        return new(
            // The connection that asks is not one of the gateway's.
            root.GetProperty("open_connections").GetInt64() - 1,
            root.GetProperty("open_requests").GetInt64(),
            root.GetProperty("requests").GetInt64(),
            root.GetProperty("held").GetInt64(),
            root.GetProperty("by_model").EnumerateObject().ToDictionary(static p => p.Name, static p => p.Value.GetInt64()),
            [.. root.GetProperty("aborts").EnumerateArray().Select(static a => a.GetProperty("case").GetString()!)]);
    }

    /// <summary>Every request of a case, in the order of arrival.</summary>
    public async Task<IReadOnlyList<SeenRequest>> RequestsAsync(string name)
    {
        using var json = JsonDocument.Parse(await _control.GetStringAsync($"/__requests?case={Uri.EscapeDataString(name)}"));
        return [.. json.RootElement.GetProperty("requests").EnumerateArray().Select(static r => new SeenRequest(
            r.GetProperty("method").GetString()!,
            r.GetProperty("target").GetString()!,
            [.. r.GetProperty("headers").EnumerateArray().Select(static h => KeyValuePair.Create(h[0].GetString()!, h[1].GetString()!))],
            Encoding.UTF8.GetString(r.GetProperty("body").GetBytesFromBase64())))];
    }

    /// <summary>The one request of a case.</summary>
    public async Task<SeenRequest> RequestAsync(string name) => (await RequestsAsync(name)).Should().ContainSingle($"case {name} is one request").Which;

    /// <summary>Lets an answer go on that stands still by its script's <see cref="Script.Hold"/>.</summary>
    public async Task ReleaseAsync(string name)
    {
        using var answer = await _control.PostAsync($"/__release?case={Uri.EscapeDataString(name)}", null);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>The gateway's attempts of a case that are on the bill.</summary>
    public IReadOnlyList<InvoiceLine> InvoiceOf(string name) => [.. Invoice.Where(l => l.Case == name)];

    public async ValueTask DisposeAsync()
    {
        _control.Dispose();
        await _process.DisposeAsync();
    }
}
