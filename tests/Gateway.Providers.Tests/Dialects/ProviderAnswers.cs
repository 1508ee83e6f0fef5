using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Providers;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Dialects;

/// <summary>Answers of providers as the hub has them, whole and as streams that come in small pieces.</summary>
internal static class ProviderAnswers
{
    private static readonly Translation Anthropic = new("anthropic", InferenceEndpoint.ChatCompletions);

    private static readonly Translation Gemini = new("gemini", InferenceEndpoint.ChatCompletions);

    /// <param name="blocks">JSON of the message's content.</param>
    public static string AnthropicReply(string blocks, string stop = "\"tool_use\"", string sequence = "null") => Anthropic.Read(Encoding.UTF8.GetBytes(
        $$"""{"id":"msg_1","type":"message","role":"assistant","content":{{blocks}},"stop_reason":{{stop}},"stop_sequence":{{sequence}},"usage":{"input_tokens":1,"output_tokens":2} }"""));

    public static List<string> AnthropicChunks(string blocks, string stop = "\"tool_use\"", string sequence = "null")
    {
        var events = new StringBuilder();
        Event("""{"type":"message_start","message":{"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}}""");
        foreach (var (i, block) in JsonNode.Parse(blocks)!.AsArray().Index())
        {
            var deltas = Deltas(block!).ToList();
            foreach (var name in new[] { "thinking", "signature", "text" }) if (block![name] is not null) block[name] = "";
            if (block!["input"] is not null) block["input"] = new JsonObject();
            if (block["citations"] is not null) block["citations"] = new JsonArray();
            Event($$"""{"type":"content_block_start","index":{{i}},"content_block":{{block.ToJsonString()}}}""");
            foreach (var delta in deltas) Event($$"""{"type":"content_block_delta","index":{{i}},"delta":{{delta}}}""");
            Event($$"""{"type":"content_block_stop","index":{{i}}}""");
        }

        Event($$"""{"type":"message_delta","delta":{"stop_reason":{{stop}},"stop_sequence":{{sequence}}},"usage":{"output_tokens":2} }""");
        Event("""{"type":"message_stop"}""");
        return [.. Translation.Events(Anthropic.Stream(Encoding.UTF8.GetBytes(events.ToString()), [7], out _))];

        void Event(string json) => events.Append("data: ").Append(json).Append("\n\n");
    }

    /// <param name="events">Data of a provider's events, each on its line.</param>
    public static List<string> Chunks(Translation provider, string events) => [.. Translation.Events(provider.Stream(
        Encoding.UTF8.GetBytes(string.Concat(events.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static e => $"data: {e}\n\n"))), [7], out _))];

    /// <param name="parts">JSON of the candidate's parts.</param>
    /// <param name="more">Members of the candidate, with a comma before them.</param>
    public static string GeminiReply(string parts, string more = "") => Gemini.Read(Encoding.UTF8.GetBytes(Candidate(parts, more)));

    /// <summary>One event for each part; what else the candidate has comes with the last.</summary>
    public static List<string> GeminiChunks(string parts, string more = "")
    {
        var events = new StringBuilder();
        var all = JsonNode.Parse(parts)!.AsArray();
        foreach (var part in all.SkipLast(1)) events.Append("data: ").Append($$$"""{"candidates":[{"content":{"role":"model","parts":[{{{part!.ToJsonString()}}}]},"index":0}]}""").Append("\n\n");
        events.Append("data: ").Append(Candidate($"[{all[^1]!.ToJsonString()}]", more)).Append("\n\n");
        return [.. Translation.Events(Gemini.Stream(Encoding.UTF8.GetBytes(events.ToString()), [5], out _))];
    }

    private static string Candidate(string parts, string more) =>
        $$$"""{"candidates":[{"content":{"role":"model","parts":{{{parts.ReplaceLineEndings("")}}}},"finishReason":"STOP","index":0{{{more}}}}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":4,"totalTokenCount":7}}""";

    /// <summary>Citations come before the words, as from Anthropic's search.</summary>
    private static IEnumerable<string> Deltas(JsonNode block)
    {
        foreach (var citation in block["citations"]?.AsArray() ?? []) yield return $$"""{"type":"citations_delta","citation":{{citation!.ToJsonString()}}}""";
        if (block["thinking"] is { } thinking) yield return $$"""{"type":"thinking_delta","thinking":{{thinking.ToJsonString()}}}""";
        if (block["signature"] is { } signature) yield return $$"""{"type":"signature_delta","signature":{{signature.ToJsonString()}}}""";
        if (block["text"] is { } text) yield return $$"""{"type":"text_delta","text":{{text.ToJsonString()}}}""";
        if (block["input"] is { } input) yield return $$"""{"type":"input_json_delta","partial_json":{{JsonValue.Create(input.ToJsonString()).ToJsonString()}}}""";
    }
}
