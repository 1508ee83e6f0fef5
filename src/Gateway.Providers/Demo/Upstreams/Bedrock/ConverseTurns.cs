using System.Text.Json;
using Gateway.Providers.Demo.Upstreams.Anthropic;

namespace Gateway.Providers.Demo.Upstreams.Bedrock;

/// <summary>From messages to turns: user and assistant take turns, every call is answered in the next message, and thoughts come back as they were.</summary>
internal sealed class ConverseTurns(DemoExchange exchange)
{
    /// <summary>Whose signatures these are: Claude's, which are good wherever it is.</summary>
    public const string Seal = MessagesTurns.Seal;

    private readonly List<DemoTurn> _turns = [];

    /// <summary>Calls that still wait for their result: id → tool.</summary>
    private readonly Dictionary<string, string> _open = new(StringComparer.Ordinal);

    /// <param name="thinks">The answer is to begin with thoughts, and with it the turn that it goes on.</param>
    public List<DemoTurn> Read(bool thinks)
    {
        foreach (var rule in NativeJson.Items(exchange.Body, "system").Select(static b => NativeJson.Text(b, "text")).OfType<string>()) _turns.Add(new DemoTurn { By = "rules", Text = rule });
        var messages = NativeJson.Items(exchange.Body, "messages");
        if (messages.Count == 0) exchange.Fail("A conversation must start with a user message.", "messages");
        foreach (var (i, message) in messages.Index())
        {
            var blocks = NativeJson.Items(message, "content");
            var role = i % 2 == 0 ? "user" : "assistant";
            if (NativeJson.Text(message, "role") != role) exchange.Fail("Roles must alternate between user and assistant, and begin with user.", $"messages.{i}.role");
            if (blocks.Count == 0) exchange.Fail("The content field is empty.", $"messages.{i}.content");
            foreach (var (b, block) in blocks.Index())
                if (NativeJson.Text(block, "text") is { } text && string.IsNullOrWhiteSpace(text)) exchange.Fail("The text field is blank.", $"messages.{i}.content.{b}");
            if (role == "user") User(blocks, $"messages.{i}");
            else Assistant(blocks, $"messages.{i}", thinks && i == messages.Count - 2 && NativeJson.Items(messages[^1], "content").Any(static b => NativeJson.Member(b, "toolResult") is not null));
        }

        if (_open.Count > 0) Unanswered($"messages.{messages.Count - 1}");
        if (_turns.Exists(static t => t.Calls is not null) && NativeJson.Member(exchange.Body, "toolConfig") is null) exchange.Fail("must be defined where messages have toolUse or toolResult blocks", "toolConfig");
        return _turns;
    }

    private void User(IReadOnlyList<JsonElement> blocks, string at)
    {
        foreach (var result in blocks.Select(static b => NativeJson.Member(b, "toolResult")).OfType<JsonElement>())
        {
            var text = string.Join('\n', NativeJson.Items(result, "content").Select(static c => NativeJson.Text(c, "text") ?? NativeJson.Member(c, "json")?.GetRawText()).OfType<string>());
            if (NativeJson.Text(result, "toolUseId") is { } id && _open.Remove(id, out var tool)) _turns.Add(new DemoTurn { By = "tool", Text = text, Tool = tool });
            else exchange.Fail("A toolResult is for no toolUse of the message before it.", at);
        }

        if (_open.Count > 0) Unanswered(at);
        var texts = blocks.Select(static b => NativeJson.Text(b, "text")).OfType<string>().ToList();
        var images = blocks.Count(static b => NativeJson.Member(b, "image") is not null);
        if (texts.Count > 0 || images > 0) _turns.Add(new DemoTurn { By = "asker", Text = string.Join('\n', texts), Images = images > 0 ? images : null });
    }

    private void Unanswered(string at)
    {
        exchange.Fail($"Expected toolResult blocks for: {string.Join(", ", _open.Keys.Take(5))}", at);
        _open.Clear();
    }

    private void Assistant(IReadOnlyList<JsonElement> blocks, string at, bool mustThink)
    {
        if (_open.Count > 0) Unanswered(at);
        if (mustThink && blocks.Count > 0 && NativeJson.Member(blocks[0], "reasoningContent") is null) exchange.Fail("With thinking, a message whose calls are answered begins with its reasoningContent.", at);
        var (texts, calls) = (new List<string>(), new List<DemoCall>());
        foreach (var (b, block) in blocks.Index())
        {
            if (NativeJson.Text(block, "text") is { } text) texts.Add(text);
            if (NativeJson.Member(NativeJson.Member(block, "reasoningContent") ?? default, "reasoningText") is { } thought
                && !DemoSeal.IsRight(Seal, NativeJson.Text(thought, "text") ?? "", NativeJson.Text(thought, "signature"))) exchange.Fail("The signature of the reasoning is missing or not valid.", $"{at}.content.{b}");
            if (NativeJson.Member(block, "toolUse") is not { } use) continue;
            if (NativeJson.Text(use, "toolUseId") is { } id && NativeJson.Text(use, "name") is { } name && NativeJson.Member(use, "input") is { ValueKind: JsonValueKind.Object } input && _open.TryAdd(id, name))
                calls.Add(new DemoCall(id, name, input.GetRawText()));
            else exchange.Fail("A toolUse has a toolUseId of its own, a name and an input.", $"{at}.content.{b}");
        }

        _turns.Add(new DemoTurn { By = "model", Text = string.Join('\n', texts), Calls = calls.Count > 0 ? calls : null });
    }
}
