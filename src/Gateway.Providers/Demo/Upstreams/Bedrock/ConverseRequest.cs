using System.Text;
using System.Text.Json;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Demo.Upstreams.Bedrock;

/// <summary>From a request to converse to what the demo is asked.</summary>
internal static class ConverseRequest
{
    public static DemoChatAsk? Read(DemoExchange exchange, bool isStream)
    {
        var body = exchange.Body;
        var config = NativeJson.Member(body, "inferenceConfig") ?? default;
        var limit = NativeJson.Number(config, "maxTokens");
        if (limit is < 1 or > int.MaxValue) exchange.Fail("must have value greater than or equal to 1", "inferenceConfig.maxTokens");
        if (NativeJson.Member(config, "temperature") is { ValueKind: JsonValueKind.Number } temperature && temperature.GetDouble() is < 0 or > 1)
            exchange.Fail("must have value from 0 to 1", "inferenceConfig.temperature");
        var model = NativeJson.Member(body, "additionalModelRequestFields") ?? default;
        var claudeThinks = NativeJson.Text(NativeJson.Member(model, "thinking", "reasoning_config") ?? default, "type") is "enabled" or "adaptive";
        var othersThink = NativeJson.Text(NativeJson.Member(model, "reasoningConfig") ?? default, "type") == "enabled" || NativeJson.Text(model, "reasoning_effort") is not null and not "none";
        var turns = new ConverseTurns(exchange).Read(claudeThinks);
        var tools = Tools(exchange);
        var schema = Schema(exchange);
        if (exchange.Problem is not null) return null;
        var choice = NativeJson.Member(NativeJson.Member(body, "toolConfig") ?? default, "toolChoice") ?? default;
        var only = NativeJson.Text(NativeJson.Member(choice, "tool") ?? default, "name");
        if (only is not null && tools?.Exists(t => t.Name == only) != true) exchange.Fail("is not the name of a tool", "toolConfig.toolChoice.tool.name");
        return exchange.Problem is not null ? null : new DemoChatAsk
        {
            Model = BedrockUpstream.Model(exchange.Path),
            Turns = turns,
            Tools = tools,
            Calling = tools is null ? DemoCalling.Never : only is not null || NativeJson.Member(choice, "any") is not null ? DemoCalling.Must : DemoCalling.MayBe,
            OnlyTool = only,
            Think = claudeThinks || othersThink ? true : null,
            Json = schema is not null,
            Schema = schema,
            Answers = 1,
            MaxTokens = (int?)limit,
            Stop = NativeJson.Texts(config, "stopSequences"),
            Stream = isStream,
        };
    }

    private static List<DemoTool>? Tools(DemoExchange exchange)
    {
        if (NativeJson.Member(exchange.Body, "toolConfig") is not { } config) return null;
        var tools = new List<DemoTool>();
        foreach (var (i, tool) in NativeJson.Items(config, "tools").Index())
        {
            if (NativeJson.Member(tool, "toolSpec") is not { } spec) continue;   // a cache point, or what Amazon runs itself
            if (NativeJson.Text(spec, "name") is not { Length: > 0 } name || NativeJson.Member(spec, "inputSchema") is not { } schema) exchange.Fail("must have a name and an inputSchema", $"toolConfig.tools.{i}.toolSpec");
            else tools.Add(new DemoTool(name, NativeJson.Text(spec, "description"), NativeJson.Member(schema, "json")));
        }

        if (NativeJson.Items(config, "tools").Count == 0) exchange.Fail("must have at least one tool", "toolConfig.tools");
        return tools.Count > 0 ? tools : null;
    }

    /// <summary>It is a text with JSON in it.</summary>
    private static JsonElement? Schema(DemoExchange exchange)
    {
        var format = NativeJson.Member(NativeJson.Member(exchange.Body, "outputConfig") ?? default, "textFormat") ?? default;
        if (NativeJson.Text(NativeJson.Member(NativeJson.Member(format, "structure") ?? default, "jsonSchema") ?? default, "schema") is not { } text) return null;
        if (!RequestJson.IsObject(text))
        {
            exchange.Fail("must be a JSON schema", "outputConfig.textFormat.structure.jsonSchema.schema");
            return null;
        }

        using var document = JsonDocument.Parse(Encoding.UTF8.GetBytes(text));
        return document.RootElement.Clone();
    }
}
