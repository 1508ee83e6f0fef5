using Gateway.Providers.Demo.Upstreams.OpenAI;

namespace Gateway.Providers.Demo.Upstreams.Mistral;

/// <summary>Mistral: https://docs.mistral.ai/api. OpenAI's format with names of its own; what it does not know, it refuses.</summary>
internal sealed class MistralUpstream : IDemoUpstream
{
    private static readonly Dictionary<string, IDemoEndpoint> Endpoints = new(StringComparer.Ordinal)
    {
        ["v1/chat/completions"] = new MistralChat(),
        ["v1/embeddings"] = new OpenAITask(new DemoEmbedding(), MistralEmbeddingRequest.Read),
    };

    public DemoPlace Place { get; } = new("mistral", "/mistral", "/v1", "Authorization: Bearer", "mistral-demo");

    public string? Credential(DemoHttpRequest request) => Credentials.Bearer(request);

    public IDemoEndpoint? Find(string path) => Endpoints.GetValueOrDefault(path);

    /// <summary>Three shapes: the gateway's in front of it, the one for requests that do not validate, and all others.</summary>
    public DemoErrorReply Error(DemoProblem problem, DemoExchange exchange)
    {
        if (problem.Status is 401 or 404) return new(problem.Status, NativeJson.Bytes(new NativeObject { ["detail"] = problem.Message }));
        if (problem.Status == 400 && problem.Field is { } field)
        {
            var detail = new NativeObject { ["type"] = "value_error", ["loc"] = new NativeArray(((NativeNode?)"body")!, ((NativeNode?)field)!), ["msg"] = problem.Message };
            return new(422, NativeJson.Bytes(Body(new NativeObject { ["detail"] = new NativeArray(detail) }, "invalid_request_error")));
        }

        return new(problem.Status, NativeJson.Bytes(Body(problem.Message, problem.Status == 429 ? "rate_limited" : problem.Status >= 500 ? "internal_server_error" : "invalid_request_error")))
        {
            Headers = problem.RetryAfter is { } seconds ? [new("retry-after", Credentials.Seconds(seconds))] : [],
        };
    }

    public static NativeObject Body(NativeNode? message, string type) => new()
    {
        ["object"] = "error",
        ["message"] = message,
        ["type"] = type,
        ["param"] = null,
        ["code"] = null,
    };
}
