using System.Text.Json;

namespace Gateway.Providers.Demo.Upstreams.Cohere;

/// <summary>From a request for a chat to what the demo is asked.</summary>
internal static class CohereConversationRequest
{
    public static DemoChatAsk? Read(DemoExchange exchange)
    {
        var body = exchange.Body;
        if (NativeJson.Text(body, "model") is null) exchange.Fail("is required", "model");
        if (NativeJson.Member(body, "p") is { ValueKind: JsonValueKind.Number } p && p.GetDouble() is < 0.01 or > 0.99) exchange.Fail("must be between 0.01 and 0.99 inclusive", "p");
        var limit = NativeJson.Number(body, "max_tokens");
        if (limit is < 1 or > int.MaxValue) exchange.Fail("must be at least 1", "max_tokens");
        var turns = CohereConversationTurns.Read(exchange);
        var tools = Tools(exchange);
        if (exchange.Problem is not null) return null;
        var format = NativeJson.Member(body, "response_format") ?? default;
        return new DemoChatAsk
        {
            Model = NativeJson.Text(body, "model")!,
            Turns = turns,
            Tools = tools,
            Calling = tools is null ? DemoCalling.Never : NativeJson.Text(body, "tool_choice") switch { "REQUIRED" => DemoCalling.Must, "NONE" => DemoCalling.Never, _ => DemoCalling.MayBe },
            Think = NativeJson.Text(NativeJson.Member(body, "thinking") ?? default, "type") == "enabled" ? true : null,
            Json = NativeJson.Text(format, "type") == "json_object",
            Schema = NativeJson.Member(format, "json_schema", "schema"),
            Answers = 1,
            MaxTokens = (int?)limit,
            Stop = NativeJson.Texts(body, "stop_sequences"),
            Seed = NativeJson.Number(body, "seed"),
            Stream = NativeJson.Flag(body, "stream") == true,
        };
    }

    private static List<DemoTool>? Tools(DemoExchange exchange)
    {
        var tools = new List<DemoTool>();
        foreach (var (i, tool) in NativeJson.Items(exchange.Body, "tools").Index())
        {
            var function = NativeJson.Member(tool, "function") ?? default;
            if (NativeJson.Text(function, "name") is not { Length: > 0 } name) exchange.Fail("is required", $"tools[{i}].function.name");
            else tools.Add(new DemoTool(name, NativeJson.Text(function, "description"), NativeJson.Member(function, "parameters")));
        }

        return tools.Count > 0 ? tools : null;
    }
}
