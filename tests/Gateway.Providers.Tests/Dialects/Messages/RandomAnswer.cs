using System.Text.Json.Nodes;

namespace Gateway.Providers.Tests.Dialects.Messages;

/// <summary>A chat answer of any shape the hub has, whole and as a stream of it.</summary>
internal static class RandomAnswer
{
    private static readonly string[] Words = ["a", "\"q\"", "\n", "é", "🙂", "\\", "{", "}", "</x>", " ", "\u2028", "\u0001"];

    public static JsonObject Message(Random random)
    {
        var message = new JsonObject { ["role"] = "assistant", ["content"] = null };
        var thoughts = random.Next(3);
        if (thoughts > 0) message["reasoning_content"] = Text(random);
        if (thoughts == 2)
        {
            var blocks = new JsonArray(new JsonObject { ["type"] = "thinking", ["thinking"] = (string)message["reasoning_content"]!, ["signature"] = "c2ln" });
            if (random.Next(2) == 0) blocks.Add(new JsonObject { ["type"] = "redacted_thinking", ["data"] = "ZW5j" });
            message["thinking_blocks"] = blocks;
        }

        if (random.Next(3) > 0) message["content"] = Text(random);
        if (random.Next(3) == 0) message["extra_content"] = Signature(random);
        if (random.Next(2) == 0)
        {
            message["content"] ??= Text(random);   // without any, a turn of thoughts alone would not come back
            return message;
        }

        var calls = new JsonArray();
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var input = new JsonObject();
            for (var m = random.Next(3); m > 0; m--) input[Text(random)] = random.Next(3) switch { 0 => Text(random), 1 => new JsonArray(1.5, null, new JsonObject { ["x"] = Text(random) }), _ => random.Next() };
            var call = new JsonObject { ["id"] = $"call_{i}", ["type"] = "function" };
            if (random.Next(2) == 0) call["extra_content"] = Signature(random);
            call["function"] = new JsonObject { ["name"] = $"f{i}", ["arguments"] = input.ToJsonString() };
            calls.Add(call);
        }

        message["tool_calls"] = calls;
        return message;
    }

    public static IEnumerable<string> Chunks(JsonObject message, string finish, Random random)
    {
        yield return MessagesTalk.Chunk("""{"role":"assistant","content":""}""");
        foreach (var piece in Pieces((string?)message["reasoning_content"], random)) yield return Delta("reasoning_content", piece);
        foreach (var block in message["thinking_blocks"]?.AsArray() ?? []) yield return Delta("thinking_blocks", new JsonArray(block!.DeepClone()));
        foreach (var piece in Pieces((string?)message["content"], random)) yield return Delta("content", piece);
        if (message["extra_content"] is { } extra) yield return Delta("extra_content", extra.DeepClone());
        foreach (var chunk in Calls(message["tool_calls"]?.AsArray() ?? [], random)) yield return chunk;
        yield return MessagesTalk.Chunk("{}", finish);
        yield return """{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}""";
    }

    /// <summary>The message as it must come back: thoughts that were signed, as what they are; the others as reasoning only.</summary>
    public static JsonObject Expected(JsonObject message)
    {
        var expected = new JsonObject { ["role"] = "assistant", ["content"] = message["content"]?.DeepClone() ?? (message["tool_calls"] is null ? "" : null) };
        foreach (var name in new[] { "reasoning_content", "thinking_blocks", "extra_content", "tool_calls" }) if (message[name] is { } value) expected[name] = value.DeepClone();
        return expected;
    }

    private static IEnumerable<string> Calls(JsonArray calls, Random random)
    {
        var waiting = new List<(int Index, Queue<string> Pieces)>();
        foreach (var (i, call) in calls.Index())
        {
            var head = call!.DeepClone().AsObject();
            head["index"] = i;
            head["function"]!["arguments"] = "";
            yield return Delta("tool_calls", new JsonArray(head));
            waiting.Add((i, new(Pieces((string)call["function"]!["arguments"]!, random))));
            while (waiting.Count > 0 && random.Next(3) > 0) yield return Next();
        }

        while (waiting.Count > 0) yield return Next();

        string Next()
        {
            var place = random.Next(waiting.Count);
            var (index, pieces) = waiting[place];
            var piece = pieces.Dequeue();
            if (pieces.Count == 0) waiting.RemoveAt(place);
            return Delta("tool_calls", new JsonArray(new JsonObject { ["index"] = index, ["function"] = new JsonObject { ["arguments"] = piece } }));
        }
    }

    /// <summary>At least one, never cut inside of a surrogate pair.</summary>
    private static IEnumerable<string> Pieces(string? text, Random random)
    {
        for (var at = 0; at < text?.Length;)
        {
            var length = Math.Min(random.Next(1, 6), text.Length - at);
            if (char.IsHighSurrogate(text[at + length - 1])) length++;
            yield return text.Substring(at, length);
            at += length;
        }
    }

    private static string Delta(string name, JsonNode value) => MessagesTalk.Chunk(new JsonObject { [name] = value }.ToJsonString());

    private static JsonObject Signature(Random random) => new() { ["google"] = new JsonObject { ["thought_signature"] = Text(random) } };

    private static string Text(Random random) => string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ => Words[random.Next(Words.Length)]));
}
