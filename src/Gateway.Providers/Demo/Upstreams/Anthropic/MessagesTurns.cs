using System.Text.Json;

namespace Gateway.Providers.Demo.Upstreams.Anthropic;

/// <summary>
/// From messages to turns. A call is answered in the next message, and a thought comes back as it was: what Anthropic refuses, the demo refuses too.
/// </summary>
internal sealed class MessagesTurns(DemoExchange exchange)
{
    /// <summary>Whose signatures these are.</summary>
    public const string Seal = "anthropic";

    private readonly List<DemoTurn> _turns = [];

    /// <summary>Calls that still wait for their result: id → tool.</summary>
    private readonly Dictionary<string, string> _open = new(StringComparer.Ordinal);

    /// <param name="thinks">The answer is to begin with thoughts, and with it the turn that it goes on.</param>
    public List<DemoTurn> Read(bool thinks)
    {
        var system = NativeJson.Text(exchange.Body, "system") is { } text ? [text] : NativeJson.Items(exchange.Body, "system").Select(static b => NativeJson.Text(b, "text")).OfType<string>();
        foreach (var rule in system) _turns.Add(new DemoTurn { By = "rules", Text = rule });
        var messages = NativeJson.Items(exchange.Body, "messages");
        if (messages.Count == 0) exchange.Fail("at least one message is required", "messages");
        foreach (var (i, message) in messages.Index())
        {
            var blocks = Blocks(message, $"messages.{i}");
            if (NativeJson.Text(message, "role") == "assistant") Assistant(blocks, $"messages.{i}", mustThink: thinks && i == messages.Count - 2 && HasResults(messages[^1]));
            else if (NativeJson.Text(message, "role") == "user") User(blocks, $"messages.{i}");
            else exchange.Fail("Input should be 'user' or 'assistant'", $"messages.{i}.role");
        }

        if (_open.Count > 0) Unanswered($"messages.{messages.Count - 1}");
        return _turns;
    }

    private List<JsonElement> Blocks(JsonElement message, string at)
    {
        var blocks = NativeJson.Items(message, "content").ToList();
        if (blocks.Count == 0 && NativeJson.Text(message, "content") is not { Length: > 0 }) exchange.Fail("must have non-empty content", at);
        return blocks.Count > 0 ? blocks : [message];
    }

    /// <summary>A message whose content is a text stands for its only block.</summary>
    private static string? Text(JsonElement block) => NativeJson.Text(block, "text") ?? NativeJson.Text(block, "content");

    private static bool HasResults(JsonElement message) => NativeJson.Items(message, "content").Any(static b => NativeJson.Text(b, "type") == "tool_result");

    private void User(List<JsonElement> blocks, string at)
    {
        var texts = new List<string>();
        var images = 0;
        foreach (var (i, block) in blocks.Index())
        {
            switch (NativeJson.Text(block, "type"))
            {
                case "tool_result":
                    Result(block, $"{at}.content.{i}");
                    break;
                case "image":
                    images++;
                    break;
                case null or "text" when Text(block) is { } text:
                    texts.Add(text);
                    break;
                case "text":
                    exchange.Fail("Field required", $"{at}.content.{i}.text.text");
                    break;
            }
        }

        if (_open.Count > 0) Unanswered(at);
        if (texts.Count > 0 || images > 0) _turns.Add(new DemoTurn { By = "asker", Text = string.Join('\n', texts), Images = images > 0 ? images : null });
    }

    private void Result(JsonElement block, string at)
    {
        var texts = NativeJson.Text(block, "content") is { } text ? [text] : NativeJson.Items(block, "content").Select(static b => NativeJson.Text(b, "text")).OfType<string>();
        if (NativeJson.Text(block, "tool_use_id") is { } id && _open.Remove(id, out var tool)) _turns.Add(new DemoTurn { By = "tool", Text = string.Join('\n', texts), Tool = tool });
        else exchange.Fail("`tool_result` for no `tool_use` of the message before it", at);
    }

    private void Unanswered(string at)
    {
        exchange.Fail($"`tool_use` without a `tool_result` in the next message: {string.Join(", ", _open.Keys.Take(5))}", at);
        _open.Clear();
    }

    private void Assistant(List<JsonElement> blocks, string at, bool mustThink)
    {
        if (_open.Count > 0) Unanswered(at);
        if (mustThink && NativeJson.Text(blocks[0], "type") is not ("thinking" or "redacted_thinking"))
            exchange.Fail("Expected `thinking`: with thinking enabled, the message whose calls are answered begins with the thoughts that it had", $"{at}.content.0.type");
        var (texts, calls) = (new List<string>(), new List<DemoCall>());
        foreach (var (i, block) in blocks.Index())
        {
            switch (NativeJson.Text(block, "type"))
            {
                case "thinking":
                    Thought(block, $"{at}.content.{i}");
                    break;
                case "tool_use":
                    if (Call(block, $"{at}.content.{i}") is { } call) calls.Add(call);
                    break;
                case null or "text" when Text(block) is { } text:
                    texts.Add(text);
                    break;
            }
        }

        _turns.Add(new DemoTurn { By = "model", Text = string.Join('\n', texts), Calls = calls.Count > 0 ? calls : null });
    }

    private void Thought(JsonElement block, string at)
    {
        if (NativeJson.Text(block, "signature") is not { } signature) exchange.Fail("Field required", $"{at}.thinking.signature");
        else if (!DemoSeal.IsRight(Seal, NativeJson.Text(block, "thinking") ?? "", signature)) exchange.Fail("Invalid `signature` in `thinking` block", at);
    }

    private DemoCall? Call(JsonElement block, string at)
    {
        if (NativeJson.Text(block, "id") is { } id && NativeJson.Text(block, "name") is { } name && NativeJson.Member(block, "input") is { ValueKind: JsonValueKind.Object } input)
        {
            if (!_open.TryAdd(id, name)) exchange.Fail("`tool_use` ids must be unique", at);
            return new DemoCall(id, name, input.GetRawText());
        }

        exchange.Fail("`id`, `name` and `input` are required", $"{at}.tool_use");
        return null;
    }
}
