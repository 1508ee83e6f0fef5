using System.Text.Json;

namespace Gateway.Providers.Demo.Upstreams.Anthropic;

/// <summary>From a request for a message to what the demo is asked, with the checks that Anthropic makes.</summary>
internal static class MessagesRequest
{
    private const int LeastThinking = 1024;

    /// <param name="home">Null: Anthropic itself.</param>
    /// <param name="counts">Only the tokens are asked for: an answer's limit is none of it.</param>
    public static DemoChatAsk? Read(DemoExchange exchange, MessagesHome? home = null, bool counts = false)
    {
        var body = exchange.Body;
        var model = Model(exchange, home);
        var limit = NativeJson.Number(body, "max_tokens");
        if (limit is null && !counts) exchange.Fail("Field required", "max_tokens");
        if (limit is < 1 or > int.MaxValue) exchange.Fail("Input should be greater than or equal to 1", "max_tokens");
        if (NativeJson.Member(body, "temperature") is { ValueKind: JsonValueKind.Number } temperature && temperature.GetDouble() is < 0 or > 1) exchange.Fail("range: 0..1", "temperature");
        var thinks = Thinks(exchange, limit);
        var turns = new MessagesTurns(exchange).Read(thinks);
        var tools = Tools(exchange);
        if (exchange.Problem is not null) return null;
        var choice = NativeJson.Member(body, "tool_choice") ?? default;
        var type = NativeJson.Text(choice, "type");
        var schema = Schema(body);
        return new DemoChatAsk
        {
            Model = model,
            Turns = turns,
            Tools = tools,
            Calling = tools is null || type == "none" ? DemoCalling.Never : type is "any" or "tool" ? DemoCalling.Must : DemoCalling.MayBe,
            OnlyTool = type == "tool" ? NativeJson.Text(choice, "name") : null,
            OneCall = NativeJson.Flag(choice, "disable_parallel_tool_use") == true,
            Think = thinks ? true : null,
            Json = schema is not null,
            Schema = schema,
            Answers = 1,
            MaxTokens = (int?)limit,
            Stop = NativeJson.Texts(body, "stop_sequences"),
            Stream = home?.IsStream ?? NativeJson.Flag(body, "stream") == true,
        };
    }

    private static string Model(DemoExchange exchange, MessagesHome? home)
    {
        var named = NativeJson.Text(exchange.Body, "model");
        if (home is null)
        {
            if (exchange.Http.Header("anthropic-version") is null) exchange.Fail("header is required", "anthropic-version");
            if (named is null) exchange.Fail("Field required", "model");
            return named ?? "";
        }

        if (NativeJson.Text(exchange.Body, "anthropic_version") != home.Version) exchange.Fail($"must be '{home.Version}'", "anthropic_version");
        if (named is not null) exchange.Fail("Extra inputs are not permitted", "model");
        return home.Model(exchange.Path);
    }

    private static bool Thinks(DemoExchange exchange, long? limit)
    {
        if (NativeJson.Member(exchange.Body, "thinking") is not { } thinking) return false;
        switch (NativeJson.Text(thinking, "type"))
        {
            case "disabled":
                return false;
            case "adaptive":
                return true;
            case "enabled":
                var budget = NativeJson.Number(thinking, "budget_tokens");
                if (budget is null) exchange.Fail("Field required", "thinking.enabled.budget_tokens");
                if (budget < LeastThinking) exchange.Fail("Input should be greater than or equal to 1024", "thinking.enabled.budget_tokens");
                if (limit <= budget) exchange.Fail("must be greater than `thinking.budget_tokens`", "max_tokens");
                return true;
            default:
                exchange.Fail("must be 'enabled', 'disabled' or 'adaptive'", "thinking.type");
                return false;
        }
    }

    /// <summary>Null: none are offered. What Anthropic runs itself the demo does not.</summary>
    private static List<DemoTool>? Tools(DemoExchange exchange)
    {
        var tools = new List<DemoTool>();
        foreach (var (i, tool) in NativeJson.Items(exchange.Body, "tools").Index())
        {
            if (NativeJson.Text(tool, "type") is not (null or "custom")) continue;
            if (NativeJson.Text(tool, "name") is not { Length: > 0 } name) exchange.Fail("Field required", $"tools.{i}.custom.name");
            else if (NativeJson.Member(tool, "input_schema") is not { ValueKind: JsonValueKind.Object } schema) exchange.Fail("Field required", $"tools.{i}.custom.input_schema");
            else tools.Add(new DemoTool(name, NativeJson.Text(tool, "description"), schema));
        }

        var choice = NativeJson.Member(exchange.Body, "tool_choice") ?? default;
        if (NativeJson.Text(choice, "type") == "tool" && !tools.Exists(t => t.Name == NativeJson.Text(choice, "name"))) exchange.Fail("Tool not found in provided tools", "tool_choice.name");
        return tools.Count > 0 ? tools : null;
    }

    private static JsonElement? Schema(JsonElement body)
    {
        var format = NativeJson.Member(NativeJson.Member(body, "output_config") ?? default, "format") ?? NativeJson.Member(body, "output_format") ?? default;
        return NativeJson.Text(format, "type") == "json_schema" ? NativeJson.Member(format, "schema") : null;
    }
}
