using System.Text.Json;

namespace Gateway.Providers.Demo.Upstreams.Gemini;

/// <summary>From a request for content to what the demo is asked. Google takes camelCase and snake_case.</summary>
internal static class ContentRequest
{
    private const string Json = "application/json";

    /// <summary>Its own limit.</summary>
    private const int MaxCandidates = 8;

    public static DemoChatAsk? Read(DemoExchange exchange, bool isStream)
    {
        var (body, model) = (exchange.Body, Model(exchange.Path));
        var config = NativeJson.Member(body, "generationConfig", "generation_config") ?? default;
        var candidates = NativeJson.Number(config, "candidateCount", "candidate_count") ?? 1;
        if (candidates is < 1 or > MaxCandidates) exchange.Fail($"candidateCount must be from 1 to {MaxCandidates}.", "generation_config.candidate_count");
        var limit = NativeJson.Number(config, "maxOutputTokens", "max_output_tokens");
        if (limit is < 1 or > int.MaxValue) exchange.Fail("maxOutputTokens must be positive.", "generation_config.max_output_tokens");
        var turns = new ContentTurns(exchange, model).Read();
        var tools = Tools(body);
        if (exchange.Problem is not null) return null;
        var calling = NativeJson.Member(NativeJson.Member(body, "toolConfig", "tool_config") ?? default, "functionCallingConfig", "function_calling_config") ?? default;
        var allowed = NativeJson.Texts(calling, "allowedFunctionNames", "allowed_function_names") ?? [];
        if (allowed.Count > 1) tools.RemoveAll(t => !allowed.Contains(t.Name));
        return new DemoChatAsk
        {
            Model = model,
            Turns = turns,
            Tools = tools.Count > 0 ? tools : null,
            Calling = tools.Count == 0 ? DemoCalling.Never : NativeJson.Text(calling, "mode") switch { "NONE" => DemoCalling.Never, "ANY" => DemoCalling.Must, _ => DemoCalling.MayBe },
            OnlyTool = NativeJson.Text(calling, "mode") == "ANY" && allowed.Count == 1 && tools.Exists(t => t.Name == allowed[0]) ? allowed[0] : null,
            Think = Thinks(config) ? true : null,
            Json = NativeJson.Text(config, "responseMimeType", "response_mime_type") == Json,
            Schema = Schema(config, ["responseSchema", "response_schema"], ["responseJsonSchema", "response_json_schema"]),
            Answers = (int)candidates,
            MaxTokens = (int?)limit,
            Stop = NativeJson.Texts(config, "stopSequences", "stop_sequences"),
            Seed = NativeJson.Number(config, "seed"),
            Stream = isStream,
        };
    }

    /// <summary>The model's name in a path: <c>…/models/gemini-3-demo:generateContent</c>.</summary>
    public static string Model(string path) => path[(path.LastIndexOf('/') + 1)..path.LastIndexOf(':')];

    /// <summary>Thoughts that are not shown are not thought here.</summary>
    private static bool Thinks(JsonElement config)
    {
        var thinking = NativeJson.Member(config, "thinkingConfig", "thinking_config") ?? default;
        return NativeJson.Flag(thinking, "includeThoughts", "include_thoughts") == true && NativeJson.Number(thinking, "thinkingBudget", "thinking_budget") != 0;
    }

    private static List<DemoTool> Tools(JsonElement body)
    {
        var tools = new List<DemoTool>();
        foreach (var function in NativeJson.Items(body, "tools").SelectMany(static t => NativeJson.Items(t, "functionDeclarations", "function_declarations")))
        {
            if (NativeJson.Text(function, "name") is not { Length: > 0 } name) continue;
            tools.Add(new DemoTool(name, NativeJson.Text(function, "description"), Schema(function, ["parameters"], ["parametersJsonSchema", "parameters_json_schema"])));
        }

        return tools;
    }

    private static JsonElement? Schema(JsonElement of, string[] native, string[] json) =>
        NativeJson.Member(of, json) ?? (NativeJson.Member(of, native) is { ValueKind: JsonValueKind.Object } schema ? OpenApiSchema.ToJson(schema) : null);
}
