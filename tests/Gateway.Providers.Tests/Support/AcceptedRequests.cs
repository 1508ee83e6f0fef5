using System.Text.Json.Nodes;
using Gateway.Core.Providers;
using Gateway.TestSupport;

namespace Gateway.Providers.Tests.Support;

/// <summary>Requests that a provider accepted, each with the OpenAI request that says the same: ours must come to the same.</summary>
/// <param name="normal">Takes away what may be written in several ways.</param>
internal sealed class AcceptedRequests(string kind, Action<JsonObject> normal)
{
    /// <summary>Of a provider with several; null: its first.</summary>
    public string? Api { get; init; }

    public Dictionary<string, string> Differences(string provider, out int compared, params string[] endpoints)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        compared = 0;
        foreach (var line in File.ReadLines(Path.Combine(SharedFolder.Recordings, "accepted-requests.jsonl")))
        {
            var row = JsonNode.Parse(line)!.AsObject();
            if ((string?)row["provider"] != provider || !endpoints.Contains((string?)row["endpoint"])) continue;
            compared++;
            var name = $"{row["source"]} {row["from"]} {row["interaction"]}";
            var built = new Translation(kind, InferenceEndpoint.ChatCompletions, Api).Build(row["openai_request"]!.ToJsonString());
            if (!built.IsOk)
            {
                found[name] = $"refused: {built.Error.Message}";
                continue;
            }

            var (ours, theirs) = (JsonNode.Parse(built.Value.Body.Span)!.AsObject(), row["native_request"]!.AsObject());
            normal(ours);
            normal(theirs);
            if (First(ours, theirs, "$") is { } difference) found[name] = difference;
        }

        return found;
    }

    /// <summary>Where two values differ first.</summary>
    public static string? First(JsonNode? ours, JsonNode? theirs, string at)
    {
        switch (ours, theirs)
        {
            case (JsonObject a, JsonObject b):
                return a.Select(m => m.Key).Union(b.Select(static m => m.Key)).Select(k => First(a[k], b[k], $"{at}.{k}")).FirstOrDefault(static d => d is not null);
            case (JsonArray a, JsonArray b) when a.Count == b.Count:
                return a.Zip(b).Select((p, i) => First(p.First, p.Second, $"{at}[{i}]")).FirstOrDefault(static d => d is not null);
            default:
                return JsonNode.DeepEquals(ours, theirs) ? null : $"{at}: {Start(ours)} for {Start(theirs)}";
        }
    }

    private static string Start(JsonNode? value)
    {
        var text = value?.ToJsonString() ?? "nothing";
        return text.Length > 120 ? text[..120] + "…" : text;
    }
}
