using System.Text.Json;

namespace Gateway.Providers.Demo.Upstreams.Ollama;

/// <summary>From a request for a chat to what the demo is asked. It streams where nobody says.</summary>
internal static class OllamaConversationRequest
{
    public static DemoChatAsk? Read(DemoExchange exchange)
    {
        var body = exchange.Body;
        if (NativeJson.Text(body, "model") is null) exchange.Fail("model is required");
        var turns = Turns(exchange);
        var tools = Tools(body);
        if (exchange.Problem is not null) return null;
        var options = NativeJson.Member(body, "options") ?? default;
        var format = NativeJson.Member(body, "format");
        var limit = NativeJson.Number(options, "num_predict");
        return new DemoChatAsk
        {
            Model = NativeJson.Text(body, "model")!,
            Turns = turns,
            Tools = tools,
            Calling = tools is null ? DemoCalling.Never : DemoCalling.MayBe,
            Think = NativeJson.Flag(body, "think") == true || NativeJson.Text(body, "think") is { Length: > 0 } ? true : null,
            Json = format is { ValueKind: JsonValueKind.Object } || NativeJson.Text(body, "format") == "json",
            Schema = format is { ValueKind: JsonValueKind.Object } ? format : null,
            Answers = 1,
            MaxTokens = limit is > 0 and <= int.MaxValue ? (int)limit : null,   // -1 and -2: as many as it likes
            Stop = NativeJson.Text(options, "stop") is { } one ? [one] : NativeJson.Texts(options, "stop"),
            Seed = NativeJson.Number(options, "seed"),
            Stream = NativeJson.Flag(body, "stream") != false,
        };
    }

    private static List<DemoTool>? Tools(JsonElement body)
    {
        var functions = NativeJson.Items(body, "tools").Select(static t => NativeJson.Member(t, "function") ?? default);
        var tools = functions.Where(static f => NativeJson.Text(f, "name") is { Length: > 0 })
            .Select(static f => new DemoTool(NativeJson.Text(f, "name")!, NativeJson.Text(f, "description"), NativeJson.Member(f, "parameters"))).ToList();
        return tools.Count > 0 ? tools : null;
    }

    private static List<DemoTurn> Turns(DemoExchange exchange)
    {
        var turns = new List<DemoTurn>();
        var open = new List<DemoCall>();   // calls that still wait for their result, in order
        foreach (var (i, message) in NativeJson.Items(exchange.Body, "messages").Index())
        {
            var text = NativeJson.Text(message, "content") ?? "";
            var images = NativeJson.Items(message, "images").Count;
            switch (NativeJson.Text(message, "role"))
            {
                case "system":
                    turns.Add(new DemoTurn { By = "rules", Text = text });
                    break;
                case "user":
                    turns.Add(new DemoTurn { By = "asker", Text = text, Images = images > 0 ? images : null });
                    break;
                case "assistant":
                    open = [.. NativeJson.Items(message, "tool_calls").Select((c, n) => Call(c, $"{i}.{n}", exchange)).OfType<DemoCall>()];
                    turns.Add(new DemoTurn { By = "model", Text = text, Calls = open.Count > 0 ? [.. open] : null });
                    break;
                case "tool":
                    var name = NativeJson.Text(message, "tool_name");
                    var call = open.Find(c => name is null || c.Name == name);
                    if (call is not null) open.Remove(call);
                    turns.Add(new DemoTurn { By = "tool", Text = text, Tool = name ?? call?.Name ?? "" });   // it takes results that nobody asked for
                    break;
                default:
                    exchange.Fail("invalid role: must be system, user, assistant or tool");
                    break;
            }
        }

        if (turns.Count == 0) exchange.Fail("the demo loads no models: it wants messages");
        return turns;
    }

    private static DemoCall? Call(JsonElement call, string id, DemoExchange exchange)
    {
        var function = NativeJson.Member(call, "function") ?? default;
        if (NativeJson.Text(function, "name") is { } name && NativeJson.Member(function, "arguments") is { ValueKind: JsonValueKind.Object } arguments) return new DemoCall(id, name, arguments.GetRawText());
        exchange.Fail("json: tool_calls must have a function with a name and an object of arguments");
        return null;
    }
}
