using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Core.Providers;
using Gateway.TestSupport;

namespace Gateway.Providers.Tests.Support;

/// <summary>Recorded answers of a provider, read by its translator in this process and compared with what each must come to: as recordings/check.mjs does through a gateway.</summary>
internal sealed class RecordedAnswers(string kind, params string[] endpoints)
{
    /// <summary>Of a provider with several; null: its first.</summary>
    public string? Api { get; init; }

    private static readonly int[][] Cuts = [[int.MaxValue], [1], [3], [7], [5, 1, 29, 2, 13, 37]];

    /// <param name="provider">The recordings' name of it.</param>
    /// <param name="compared">How many answers there were.</param>
    /// <returns>By case, what is not as it must be; streams in pieces of several sizes.</returns>
    public Dictionary<string, string> Differences(string provider, out int compared)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        compared = 0;
        foreach (var line in File.ReadLines(Path.Combine(SharedFolder.Recordings, "index.jsonl")))
        {
            var row = JsonDocument.Parse(line).RootElement;
            if (row.GetProperty("provider").GetString() != provider || !endpoints.Contains(row.GetProperty("endpoint").GetString())) continue;
            var exchange = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(SharedFolder.Recordings, row.GetProperty("file").GetString()!))).RootElement;
            if (exchange.GetProperty("response").GetProperty("status").GetInt32() >= 400) continue;
            compared++;
            var isStream = row.TryGetProperty("stream", out var stream) && stream.ValueKind == JsonValueKind.True;
            foreach (var cut in isStream ? Cuts : Cuts[..1])
            {
                if (Difference(exchange, isStream, cut) is { } difference) found.TryAdd(row.GetProperty("id").GetString()!, $"{difference} (pieces of {cut[0]})");
            }
        }

        return found;
    }

    private string? Difference(JsonElement exchange, bool isStream, int[] cut)
    {
        var response = exchange.GetProperty("response");
        var body = response.TryGetProperty("body_base64", out var binary) ? binary.GetBytesFromBase64() : Encoding.UTF8.GetBytes(response.GetProperty("body").GetString()!);
        var expect = exchange.GetProperty("expect");
        var fails = expect.TryGetProperty("error", out var error) && error.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined);
        try
        {
            var translation = new Translation(kind, InferenceEndpoint.ChatCompletions, Api);
            if (!isStream) return ChatAnswer.OfReply(translation.Read(body)).Difference(expect);
            var events = Translation.Events(translation.Stream(body, cut, out var facts));
            if (fails) return facts.Error is null ? "the error in the stream was lost" : null;
            if (facts.Error is not null) return $"error: {facts.Error.Message}";
            return facts.Finished ? ChatAnswer.OfChunks(events).Difference(expect) : "not finished";
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return $"threw {e.GetType().Name}: {e.Message}";
        }
    }
}

/// <summary>What a chat answer says, whether it came whole or in chunks.</summary>
internal sealed class ChatAnswer
{
    private readonly StringBuilder _text = new(), _reasoning = new();
    private readonly SortedDictionary<int, (string Name, StringBuilder Arguments)> _calls = [];
    private string? _finish;
    private JsonElement? _usage;

    public static ChatAnswer OfReply(string reply)
    {
        var answer = new ChatAnswer();
        var root = Translation.Json(reply);
        var choice = root.GetProperty("choices")[0];
        answer.Add(choice.GetProperty("message"));
        answer._finish = choice.GetProperty("finish_reason").GetString();
        answer._usage = root.TryGetProperty("usage", out var usage) ? usage : null;
        return answer;
    }

    public static ChatAnswer OfChunks(IEnumerable<string> chunks)
    {
        var answer = new ChatAnswer();
        foreach (var chunk in chunks.Select(Translation.Json))
        {
            if (chunk.TryGetProperty("usage", out var usage) && usage.ValueKind == JsonValueKind.Object) answer._usage = usage;
            foreach (var choice in chunk.GetProperty("choices").EnumerateArray().Where(static c => c.GetProperty("index").GetInt32() == 0))
            {
                answer.Add(choice.GetProperty("delta"));
                answer._finish = choice.GetProperty("finish_reason").GetString() ?? answer._finish;
            }
        }

        return answer;
    }

    /// <summary>The first thing that is not as it must be; null: all is.</summary>
    public string? Difference(JsonElement expect)
    {
        var text = Text(expect, "text");
        if (_text.ToString().Trim() != text.Trim()) return $"text '{Start(_text.ToString())}' for '{Start(text)}'";
        if (!Flag(expect, "partial_args") && !Flag(expect, "legacy_function_call") && Calls(expect) is { } calls) return calls;
        if (Text(expect, "finish_reason") is { Length: > 0 } finish && finish != _finish) return $"finish {_finish} for {finish}";
        var reasoning = Text(expect, "reasoning").Trim();
        if (!_reasoning.ToString().Trim().StartsWith(reasoning[..Math.Min(40, reasoning.Length)], StringComparison.Ordinal)) return $"reasoning '{Start(_reasoning.ToString())}' for '{Start(reasoning)}'";
        return expect.TryGetProperty("usage", out var usage) && Number(usage, "completion_tokens") is not null ? Usage(usage) : null;
    }

    private void Add(JsonElement message)
    {
        _text.Append(Text(message, "content"));
        _reasoning.Append(Text(message, "reasoning_content"));
        if (!message.TryGetProperty("tool_calls", out var calls)) return;
        var place = 0;
        foreach (var call in calls.EnumerateArray())
        {
            var index = call.TryGetProperty("index", out var given) ? given.GetInt32() : place++;
            var function = call.GetProperty("function");
            if (!_calls.TryGetValue(index, out var known)) _calls[index] = known = (Text(function, "name"), new());
            known.Arguments.Append(Text(function, "arguments"));
        }
    }

    private string? Calls(JsonElement expect)
    {
        JsonElement[] expected = expect.TryGetProperty("tool_calls", out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : [];
        if (expected.Length != _calls.Count) return $"{_calls.Count} tool calls for {expected.Length}";
        foreach (var (call, wanted) in _calls.Values.Zip(expected))
        {
            var arguments = wanted.TryGetProperty("arguments", out var given) && given.ValueKind != JsonValueKind.Null ? JsonNode.Parse(given.GetRawText()) : new JsonObject();
            if (call.Name != Text(wanted, "name") || !JsonNode.DeepEquals(JsonNode.Parse(call.Arguments.ToString()), arguments)) return $"call {call.Name}({call.Arguments}) for {wanted.GetRawText()}";
        }

        return null;
    }

    private string? Usage(JsonElement expected)
    {
        if (_usage is not { } usage) return "no usage";
        foreach (var name in new[] { "prompt_tokens", "completion_tokens" })
            if (Number(usage, name) != Number(expected, name)) return $"{name} {Number(usage, name)} for {Number(expected, name)}";
        var cached = usage.TryGetProperty("prompt_tokens_details", out var details) ? Number(details, "cached_tokens") ?? 0 : 0;
        return Number(expected, "cached_tokens") is > 0 and var wanted && cached != wanted ? $"cached_tokens {cached} for {wanted}" : null;
    }

    private static string Start(string text) => text[..Math.Min(60, text.Length)];

    private static string Text(JsonElement of, string name) => of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static long? Number(JsonElement of, string name) => of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : null;

    private static bool Flag(JsonElement of, string name) => of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
}
