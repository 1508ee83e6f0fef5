using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Gateway.Tests.Reply;

/// <summary>What an answer says, put together from its chunks, or as the recordings expect it.</summary>
internal sealed record RecordedAnswer(string Text, string Reasoning, IReadOnlyList<string> Tools, string? Finish, long? Prompt, long? Completion)
{
    /// <param name="whole">The bytes are OpenAI's own: what clients read need not be looked for.</param>
    public static RecordedAnswer Of(IEnumerable<JsonElement> chunks, bool whole)
    {
        var (text, reasoning) = (new StringBuilder(), new StringBuilder());
        var calls = new SortedDictionary<int, (string Name, StringBuilder Arguments)>();
        string? finish = null;
        long? prompt = null, completion = null;
        foreach (var chunk in chunks)
        {
            if (!whole) chunk.GetProperty("object").GetString().Should().StartWith("chat.completion");
            if (chunk.TryGetProperty("usage", out var usage) && usage.ValueKind == JsonValueKind.Object)
                (prompt, completion) = (Number(usage, "prompt_tokens"), Number(usage, "completion_tokens"));
            foreach (var choice in chunk.GetProperty("choices").EnumerateArray())
            {
                if (choice.GetProperty("index").GetInt32() != 0) continue;
                var said = String(chunk, "object") == "chat.completion.chunk" ? choice.GetProperty("delta") : choice.GetProperty("message");
                text.Append(String(said, "content"));
                reasoning.Append(String(said, "reasoning_content") ?? String(said, "reasoning"));
                finish = String(choice, "finish_reason") ?? finish;
                if (!whole) choice.TryGetProperty("finish_reason", out _).Should().BeTrue();
                if (said.TryGetProperty("tool_calls", out var made) && made.ValueKind == JsonValueKind.Array) Add(calls, made);
            }
        }

        return new(text.ToString(), reasoning.ToString(), [.. calls.Values.Select(static c => $"{c.Name}({Canonical(c.Arguments.ToString())})")], finish, prompt, completion);
    }

    public static RecordedAnswer Expected(JsonElement expect)
    {
        var tools = expect.GetProperty("tool_calls").EnumerateArray().Select(static c =>
            $"{c.GetProperty("name").GetString()}({(c.TryGetProperty("arguments", out var a) && a.ValueKind != JsonValueKind.Null ? Canonical(a.GetRawText()) : "{}")})");
        var usage = expect.GetProperty("usage");
        var isKnown = usage.ValueKind == JsonValueKind.Object;
        return new(String(expect, "text") ?? "", String(expect, "reasoning") ?? "", [.. tools], String(expect, "finish_reason"),
            isKnown ? Number(usage, "prompt_tokens") : null, isKnown ? Number(usage, "completion_tokens") : null);
    }

    private static void Add(SortedDictionary<int, (string Name, StringBuilder Arguments)> calls, JsonElement made)
    {
        foreach (var (position, call) in made.EnumerateArray().Index())
        {
            var index = call.TryGetProperty("index", out var number) ? number.GetInt32() : position;
            var function = call.GetProperty("function");
            if (!calls.TryGetValue(index, out var known)) known = ("", new StringBuilder());
            calls[index] = (known.Name.Length > 0 ? known.Name : String(function, "name") ?? "", known.Arguments.Append(String(function, "arguments")));
        }
    }

    /// <summary>The same for the same value, however its members are ordered and its white space is set.</summary>
    private static string Canonical(string json)
    {
        try
        {
            return json.Length == 0 ? "{}" : Canonical(JsonDocument.Parse(json).RootElement);
        }
        catch (JsonException)
        {
            return $"{{$raw:{json}}}";   // as the recordings write arguments that are no JSON
        }
    }

    private static string Canonical(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(',', value.EnumerateObject().OrderBy(static p => p.Name, StringComparer.Ordinal).Select(static p => $"{p.Name}:{Canonical(p.Value)}")) + "}",
        JsonValueKind.Array => "[" + string.Join(',', value.EnumerateArray().Select(Canonical)) + "]",
        JsonValueKind.Number => value.GetDouble().ToString(CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    private static string? String(JsonElement of, string name) => of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Number(JsonElement of, string name) => of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : null;
}
