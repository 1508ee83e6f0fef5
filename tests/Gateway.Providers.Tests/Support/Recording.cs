using System.Text.Json;
using Gateway.TestSupport;

namespace Gateway.Providers.Tests.Support;

/// <summary>One recorded exchange with a provider, read in place.</summary>
internal sealed record Recording(string Id, string Provider, string Endpoint, bool Stream, int Status, JsonElement Request, string? Body)
{
    public static bool AreAvailable(out string reason)
    {
        var index = Path.Combine(SharedFolder.Recordings, "index.jsonl");
        reason = File.Exists(index) ? "" : $"no recordings at {index}; set GATEWAY_RECORDINGS to the folder that holds index.jsonl";
        return reason.Length == 0;
    }

    public static IEnumerable<Recording> Of(string provider)
    {
        foreach (var line in File.ReadLines(Path.Combine(SharedFolder.Recordings, "index.jsonl")))
        {
            var row = JsonDocument.Parse(line).RootElement;
            if (row.GetProperty("provider").GetString() != provider) continue;
            var exchange = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(SharedFolder.Recordings, row.GetProperty("file").GetString()!))).RootElement;
            yield return new Recording(
                row.GetProperty("id").GetString()!,
                provider,
                row.GetProperty("endpoint").GetString()!,
                row.GetProperty("stream").GetBoolean(),
                row.GetProperty("status").GetInt32(),
                exchange.GetProperty("request"),
                exchange.GetProperty("response").TryGetProperty("body", out var body) && body.ValueKind == JsonValueKind.String ? body.GetString() : null);
        }
    }

    /// <summary>The JSON payloads of an SSE body, <c>[DONE]</c> left out.</summary>
    public IEnumerable<string> Events() =>
        from block in Body!.Replace("\r\n", "\n", StringComparison.Ordinal).Split("\n\n")
        let data = string.Join('\n', block.Split('\n').Where(l => l.StartsWith("data:", StringComparison.Ordinal)).Select(l => l[5..].Trim()))
        where data.Length > 0 && data != "[DONE]"
        select data;
}
