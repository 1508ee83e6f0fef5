namespace Gateway.Telemetry.Traces;

/// <summary>Attribute names of spans. The <c>gen_ai.*</c> ones are still "Development" in OpenTelemetry: when they move, this is the file to edit.</summary>
/// <remarks>https://github.com/open-telemetry/semantic-conventions-genai, as of 2026-11.</remarks>
internal static class GenAiNames
{
    public const string OperationName = "gen_ai.operation.name";
    public const string ProviderName = "gen_ai.provider.name";
    public const string RequestModel = "gen_ai.request.model";
    public const string RequestStream = "gen_ai.request.stream";
    public const string ResponseModel = "gen_ai.response.model";
    public const string FinishReasons = "gen_ai.response.finish_reasons";
    public const string TimeToFirstChunk = "gen_ai.response.time_to_first_chunk";
    public const string InputTokens = "gen_ai.usage.input_tokens";
    public const string OutputTokens = "gen_ai.usage.output_tokens";
    public const string CacheReadTokens = "gen_ai.usage.cache_read.input_tokens";
    public const string CacheWriteTokens = "gen_ai.usage.cache_creation.input_tokens";
    public const string ReasoningTokens = "gen_ai.usage.reasoning.output_tokens";
    public const string ErrorType = "error.type";
    public const string ServerAddress = "server.address";
    public const string ServerPort = "server.port";
    public const string HttpMethod = "http.request.method";
    public const string HttpRoute = "http.route";
    public const string HttpStatus = "http.response.status_code";
    public const string UrlScheme = "url.scheme";
    public const string RequestId = "gateway.request_id";
    public const string Key = "gateway.key";
    public const string Team = "gateway.team";
    public const string Attempts = "gateway.attempts";
    public const string Attempt = "gateway.attempt";
    public const string Provider = "gateway.provider";
    public const string CostUsd = "gateway.cost_usd";
    public const string Step = "gateway.step";

    /// <summary>What a route does; null where it is no operation of a model.</summary>
    public static string? Operation(string endpoint) => endpoint switch
    {
        "/v1/chat/completions" or "/v1/responses" or "/v1/messages" => "chat",
        "/v1/completions" => "text_completion",
        "/v1/embeddings" => "embeddings",
        _ => null,
    };

    /// <summary>OpenTelemetry's name for a kind of provider; the kind itself where it has none.</summary>
    public static string OfKind(string kind) => kind switch
    {
        "azure-openai" => "azure.ai.openai",
        "gemini" => "gcp.gemini",
        "vertex" => "gcp.vertex_ai",
        "bedrock" => "aws.bedrock",
        "mistral" => "mistral_ai",
        "xai" => "x_ai",
        _ => kind,
    };
}
