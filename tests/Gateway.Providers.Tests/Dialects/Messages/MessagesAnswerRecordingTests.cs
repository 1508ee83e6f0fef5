using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Providers.OpenAICompatible.Repair;
using Gateway.Providers.Tests.Support;
using Gateway.TestSupport;

namespace Gateway.Providers.Tests.Dialects.Messages;

/// <summary>What servers of OpenAI's format really answered, for a client of the Messages API.</summary>
public sealed class MessagesAnswerRecordingTests
{
    /// <summary>What no client of this dialect can come upon.</summary>
    private static readonly string[] Others =
    [
        "cerebras/vercel-ai/cererebras_structured_output_tools_1.0",   // several answers in one stream
        "openai/dd-apm-test-agent/openai_chat_completions_post_6df851cc.0",   // n > 1
        "openai/dd-apm-test-agent/openai_chat_completions_post_655a8ef2.0", "openai/openllmetry/test_open_ai_function_calls.0", "openai/openllmetry/test_open_ai_function_calls.1",   // functions
    ];

    [SkippableFact]
    public void Recorded_chat_answers_are_the_same_as_messages()
    {
        Skip.IfNot(Recording.AreAvailable(out var reason), reason);

        var differences = new Dictionary<string, string>(StringComparer.Ordinal);
        var compared = 0;
        foreach (var line in File.ReadLines(Path.Combine(SharedFolder.Recordings, "index.jsonl")))
        {
            var row = JsonDocument.Parse(line).RootElement;
            var id = row.GetProperty("id").GetString()!;
            if (row.GetProperty("endpoint").GetString() != "chat" || row.GetProperty("status").GetInt32() >= 400 || Others.Contains(id)) continue;
            var exchange = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(SharedFolder.Recordings, row.GetProperty("file").GetString()!))).RootElement;
            var expect = exchange.GetProperty("expect");
            if (!exchange.GetProperty("response").TryGetProperty("body", out var body) || body.ValueKind != JsonValueKind.String) continue;
            if (expect.TryGetProperty("error", out var error) && error.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined)) continue;
            compared++;
            var isStream = row.GetProperty("stream").GetBoolean();
            if (!isStream && !body.GetString()!.Contains("\"choices\"", StringComparison.Ordinal)) continue;
            var message = isStream ? MessageSum.Of(MessagesTalk.Stream(Repaired(Events(body.GetString()!)))) : JsonNode.Parse(MessagesTalk.Reply(Repaired(body.GetString()!)))!.AsObject();
            if (Difference(message, expect) is { } difference) differences[id] = difference;
        }

        compared.Should().BeGreaterThan(100);
        differences.Should().BeEmpty();
    }

    private static string Repaired(string reply)
    {
        var output = new ArrayBufferWriter<byte>();
        return AnswerRepair.Instance.Reply(Encoding.UTF8.GetBytes(reply), output) ? Encoding.UTF8.GetString(output.WrittenSpan) : reply;
    }

    private static List<string> Repaired(IEnumerable<string> events)
    {
        var repair = AnswerRepair.Instance.OpenStream(includeUsage: true);
        var repaired = events.Select(data =>
        {
            var bytes = Encoding.UTF8.GetBytes(data);
            var written = AnswerRepair.Instance.IsPlain(bytes) ? default : repair.Repair(bytes);
            return written.IsEmpty ? data : Encoding.UTF8.GetString(written);
        }).ToList();
        return repair.UsageChunk.IsEmpty ? repaired : [.. repaired, Encoding.UTF8.GetString(repair.UsageChunk.Span)];
    }

    private static string? Difference(JsonObject message, JsonElement expect)
    {
        var blocks = message["content"]!.AsArray();
        var text = string.Concat(blocks.Select(static b => (string?)b!["text"]));
        if (text.Trim() != Text(expect, "text").Trim() && (string?)message["stop_reason"] != "refusal") return $"text '{Start(text)}' for '{Start(Text(expect, "text"))}'";
        var thoughts = string.Concat(blocks.Select(static b => (string?)b!["thinking"]));
        if (!thoughts.Trim().StartsWith(Start(Text(expect, "reasoning").Trim()), StringComparison.Ordinal)) return $"thoughts '{Start(thoughts)}' for '{Start(Text(expect, "reasoning"))}'";
        var calls = blocks.Where(static b => (string?)b!["type"] == "tool_use").ToList();
        JsonElement[] expected = expect.TryGetProperty("tool_calls", out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : [];
        if (calls.Count != expected.Length) return $"{calls.Count} calls for {expected.Length}";
        foreach (var (call, wanted) in calls.Zip(expected))
        {
            if ((string?)call!["name"] != Text(wanted, "name")) return $"{call["name"]} for {Text(wanted, "name")}";
            var input = wanted.TryGetProperty("arguments", out var given) && given.ValueKind == JsonValueKind.Object ? JsonNode.Parse(given.GetRawText()) : new JsonObject();
            if (!JsonNode.DeepEquals(call["input"], input)) return $"{call["input"]!.ToJsonString()} for {input!.ToJsonString()}";
        }

        if (expect.TryGetProperty("usage", out var usage) && usage.ValueKind == JsonValueKind.Object && usage.TryGetProperty("completion_tokens", out var output) && output.ValueKind == JsonValueKind.Number)
        {
            var read = message["usage"]!;
            var prompt = (long)read["input_tokens"]! + (long)read["cache_read_input_tokens"]! + (long)read["cache_creation_input_tokens"]!;
            // Where the whole is told it counts: some leave thinking or sound out of the parts.
            var total = usage.GetProperty("raw").TryGetProperty("total_tokens", out var all) ? all.GetInt64() : usage.GetProperty("prompt_tokens").GetInt64() + output.GetInt64();
            if (prompt + (long)read["output_tokens"]! != total) return $"usage {read.ToJsonString()} for {JsonNode.Parse(usage.GetRawText())!.ToJsonString()}";
        }

        var stop = Text(expect, "finish_reason") switch { "tool_calls" or "function_call" => "tool_use", "length" => "max_tokens", "content_filter" => "refusal", _ => calls.Count > 0 ? "tool_use" : "end_turn" };
        if ((string?)message["stop_reason"] == "refusal" && Text(expect, "text").Length == 0) return null;   // a refusal in its own member
        return (string?)message["stop_reason"] == stop ? null : $"{message["stop_reason"]} for {Text(expect, "finish_reason")}";
    }

    private static IEnumerable<string> Events(string body) =>
        from block in body.Replace("\r\n", "\n", StringComparison.Ordinal).Split("\n\n")
        let data = string.Join('\n', block.Split('\n').Where(static l => l.StartsWith("data:", StringComparison.Ordinal)).Select(static l => l[5..].Trim()))
        where data.Length > 0 && data != "[DONE]"
        select data;

    private static string Text(JsonElement of, string name) => of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static string Start(string text) => text[..Math.Min(60, text.Length)];
}
