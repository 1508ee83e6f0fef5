using System.Text.Json;

namespace Gateway.Providers.Demo.Upstreams.Cohere;

/// <summary>From messages to turns: one to one.</summary>
internal static class CohereConversationTurns
{
    public static List<DemoTurn> Read(DemoExchange exchange)
    {
        var turns = new List<DemoTurn>();
        var open = new Dictionary<string, string>(StringComparer.Ordinal);   // calls that still wait for their result: id → tool
        var messages = NativeJson.Items(exchange.Body, "messages");
        if (messages.Count == 0) exchange.Fail("must have at least one message", "messages");
        foreach (var (i, message) in messages.Index())
        {
            var at = $"messages[{i}]";
            var role = NativeJson.Text(message, "role");
            if (role != "tool" && open.Count > 0) exchange.Fail($"tool calls without a result right after them: {string.Join(", ", open.Keys.Take(5))}", at);
            switch (role)
            {
                case "system":
                    turns.Add(new DemoTurn { By = "rules", Text = Text(message) });
                    break;
                case "user":
                    var images = NativeJson.Items(message, "content").Count(static p => NativeJson.Text(p, "type") == "image_url");
                    turns.Add(new DemoTurn { By = "asker", Text = Text(message), Images = images > 0 ? images : null });
                    break;
                case "assistant":
                    turns.Add(new DemoTurn { By = "model", Text = Text(message), Calls = Calls(message, at, open, exchange) });
                    break;
                case "tool":
                    if (NativeJson.Text(message, "tool_call_id") is { } id && open.Remove(id, out var tool)) turns.Add(new DemoTurn { By = "tool", Text = Text(message), Tool = tool });
                    else exchange.Fail("is not the id of a call before it", at + ".tool_call_id");
                    break;
                default:
                    exchange.Fail("must be system, user, assistant or tool", at + ".role");
                    break;
            }
        }

        if (open.Count > 0) exchange.Fail($"tool calls without a result: {string.Join(", ", open.Keys.Take(5))}", "messages");
        return turns;
    }

    private static List<DemoCall>? Calls(JsonElement message, string at, Dictionary<string, string> open, DemoExchange exchange)
    {
        var calls = new List<DemoCall>();
        foreach (var (i, call) in NativeJson.Items(message, "tool_calls").Index())
        {
            var function = NativeJson.Member(call, "function") ?? default;
            if (NativeJson.Text(call, "id") is not { } id || NativeJson.Text(function, "name") is not { } name || !open.TryAdd(id, name)) exchange.Fail("must have an id of its own and a function", $"{at}.tool_calls[{i}]");
            else calls.Add(new DemoCall(id, name, NativeJson.Text(function, "arguments") ?? "{}"));
        }

        return calls.Count > 0 ? calls : null;
    }

    /// <summary>Of parts, those with a text; a tool's may be documents.</summary>
    private static string Text(JsonElement message) => NativeJson.Text(message, "content") ?? string.Join('\n', NativeJson.Items(message, "content").Select(static part =>
        NativeJson.Text(part, "text") ?? NativeJson.Text(NativeJson.Member(part, "document") ?? default, "data") ?? NativeJson.Member(part, "document")?.GetRawText()).OfType<string>());
}
