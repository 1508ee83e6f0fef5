namespace Gateway.Providers.Demo.Upstreams.Responses;

/// <summary>From a request of OpenAI's Responses API (https://platform.openai.com/docs/api-reference/responses) to what the demo is asked. The demo keeps no responses: each request says all.</summary>
internal static class ResponsesRequest
{
    private const int LeastOutput = 16;

    public static DemoChatAsk? Read(DemoExchange exchange)
    {
        var body = exchange.Body;
        if (NativeJson.Text(body, "previous_response_id") is { } previous) exchange.Fail($"Previous response with id '{previous}' not found: the demo stores none.", "previous_response_id");
        if (NativeJson.Member(body, "conversation") is not null) exchange.Fail("The demo stores no conversations.", "conversation");
        var limit = NativeJson.Number(body, "max_output_tokens");
        if (limit is < LeastOutput or > int.MaxValue) exchange.Fail($"'max_output_tokens' must be {LeastOutput} at least.", "max_output_tokens");
        var turns = new ResponsesTurns(exchange).Read();
        var tools = Tools(exchange);
        if (exchange.Problem is not null) return null;
        var choice = NativeJson.Member(body, "tool_choice") ?? default;
        var only = NativeJson.Text(choice, "type") == "function" ? NativeJson.Text(choice, "name") : null;
        var mode = NativeJson.Text(body, "tool_choice");
        var format = NativeJson.Member(NativeJson.Member(body, "text") ?? default, "format") ?? default;
        if (only is not null && tools?.Exists(t => t.Name == only) != true) exchange.Fail("'tool_choice' names a function that is not in 'tools'.", "tool_choice");
        return exchange.Problem is not null ? null : new DemoChatAsk
        {
            Model = NativeJson.Text(body, "model") ?? "demo",
            Turns = turns,
            Tools = tools,
            Calling = tools is null || mode == "none" ? DemoCalling.Never : only is not null || mode == "required" ? DemoCalling.Must : DemoCalling.MayBe,
            OnlyTool = only,
            OneCall = NativeJson.Flag(body, "parallel_tool_calls") == false,
            Think = NativeJson.Text(NativeJson.Member(body, "reasoning") ?? default, "effort") is null or "none" ? null : true,
            Json = NativeJson.Text(format, "type") is "json_object" or "json_schema",
            Schema = NativeJson.Member(format, "schema"),
            Answers = 1,
            MaxTokens = (int?)limit,
            Stream = NativeJson.Flag(body, "stream") == true,
        };
    }

    /// <summary>What OpenAI runs itself the demo does not.</summary>
    private static List<DemoTool>? Tools(DemoExchange exchange)
    {
        var tools = new List<DemoTool>();
        foreach (var (i, tool) in NativeJson.Items(exchange.Body, "tools").Index())
        {
            if (NativeJson.Text(tool, "type") is not { } type) exchange.Fail($"Missing required parameter: 'tools[{i}].type'.", $"tools[{i}].type");
            else if (type == "function" && NativeJson.Text(tool, "name") is not { Length: > 0 }) exchange.Fail($"Missing required parameter: 'tools[{i}].name'.", $"tools[{i}].name");
            else if (type == "function") tools.Add(new DemoTool(NativeJson.Text(tool, "name")!, NativeJson.Text(tool, "description"), NativeJson.Member(tool, "parameters")));
        }

        return tools.Count > 0 ? tools : null;
    }
}
