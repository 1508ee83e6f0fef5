using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Demo;

/// <summary>From a chat request to a <see cref="DemoChatAsk"/>, or to the 400 that names what the demo cannot do.</summary>
internal static class DemoRequest
{
    /// <summary>Fields that ask for what a text model cannot give. Any other field that is not read here changes nothing, as the sampling parameters do.</summary>
    private static readonly string[] NotServed = ["audio", "functions", "function_call", "top_logprobs", "web_search_options"];

    public static Outcome<UpstreamRequest> Build(ReadOnlySpan<byte> body, in TranslationContext context)
    {
        var read = Read(body, context.TargetModel);
        if (!read.IsOk) return read.Error;
        return new UpstreamRequest(DemoPaths.Chat, JsonSerializer.SerializeToUtf8Bytes(read.Value, DemoJson.Default.DemoChatAsk), read.Value.Stream);
    }

    /// <summary>What the model is asked, before it is put on any wire.</summary>
    public static Outcome<DemoChatAsk> Read(ReadOnlySpan<byte> body, string model)
    {
        var read = OpenAIRequest.Read(body, OpenAIJson.Default.ChatRequest);
        if (!read.IsOk) return read.Error;
        var request = read.Value;
        if (Problem(request) is { } problem) return problem;
        var turns = DemoTurns.Read(request.Messages);
        if (!turns.IsOk) return turns.Error;
        var tools = DemoToolbox.Read(request);
        if (!tools.IsOk) return tools.Error;
        return new DemoChatAsk
        {
            Model = model,
            Turns = turns.Value,
            Tools = tools.Value.Tools,
            Calling = tools.Value.Calling,
            OnlyTool = tools.Value.OnlyTool,
            OneCall = request.ParallelToolCalls == false,
            Think = ChatFields.Text(request, "reasoning_effort") is null or "none" ? null : true,
            Json = request.ResponseFormat?.Type is "json_object" or "json_schema",
            Schema = request.ResponseFormat?.JsonSchema?.Schema,
            Answers = request.N ?? 1,
            MaxTokens = request.OutputLimit,
            Stop = request.Stop,
            Seed = request.Seed,
            Stream = request.Stream ?? false,
        };
    }

    private static GatewayError? Problem(ChatRequest request) =>
        Unserved(request)
        ?? DemoLimits.Answers(request.N)
        ?? DemoLimits.Tokens(request.MaxTokens, "max_tokens")
        ?? DemoLimits.Tokens(request.MaxCompletionTokens, "max_completion_tokens")
        ?? DemoLimits.Stop(request.Stop)
        ?? DemoLimits.Sampling(request.Temperature, request.TopP)
        ?? DemoLimits.StreamOptions(request.Stream, request.StreamOptions)
        ?? Format(request.ResponseFormat);

    private static GatewayError? Unserved(ChatRequest request)
    {
        if (request.Modalities?.FirstOrDefault(m => m != "text") is { } modality)
            return OpenAIRequest.Invalid($"The demo model answers in text only, not in '{modality}'.", "modalities");
        if (request.Logprobs == true) return Unserved("logprobs");
        foreach (var field in NotServed)
            if (request.Rest is not null && request.Rest.TryGetValue(field, out var value) && value.ValueKind != JsonValueKind.Null) return Unserved(field);
        return null;
    }

    private static GatewayError Unserved(string field) => OpenAIRequest.Invalid($"The demo model does not serve '{field}'.", field);

    private static GatewayError? Format(ChatResponseFormat? format)
    {
        if (format is null) return null;
        if (format.Type is "text" or "json_object") return null;
        if (format.Type != "json_schema")
            return OpenAIRequest.Invalid("'response_format.type' must be 'text', 'json_object' or 'json_schema'.", "response_format.type");
        if (format.JsonSchema is null) return OpenAIRequest.Invalid("'response_format.json_schema' is missing.", "response_format.json_schema");
        if (string.IsNullOrEmpty(format.JsonSchema.Name))
            return OpenAIRequest.Invalid("'response_format.json_schema.name' is missing.", "response_format.json_schema.name");
        return format.JsonSchema.Schema is null or { ValueKind: JsonValueKind.Object or JsonValueKind.True or JsonValueKind.Null }
            ? null
            : OpenAIRequest.Invalid("'response_format.json_schema.schema' must be a JSON schema.", "response_format.json_schema.schema");
    }
}
