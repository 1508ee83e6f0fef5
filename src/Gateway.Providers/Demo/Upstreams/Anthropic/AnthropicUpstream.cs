namespace Gateway.Providers.Demo.Upstreams.Anthropic;

/// <summary>Anthropic: https://docs.anthropic.com/en/api/messages.</summary>
internal sealed class AnthropicUpstream : IDemoUpstream
{
    private static readonly MessagesChat Messages = new();
    private static readonly TokenCount Count = new();

    public DemoPlace Place { get; } = new("anthropic", "/anthropic", "/v1", "x-api-key", "claude-demo");

    public string? Credential(DemoHttpRequest request) => request.Header("x-api-key") ?? Credentials.Bearer(request);

    public IDemoEndpoint? Find(string path) => path switch
    {
        "v1/messages" => Messages,
        "v1/messages/count_tokens" => Count,
        _ => null,
    };

    public DemoErrorReply Error(DemoProblem problem, DemoExchange exchange) => new(problem.Status, NativeJson.Bytes(Body(problem, exchange.Id)))
    {
        Headers = problem.RetryAfter is { } seconds ? [RequestId(exchange.Id), new("retry-after", Credentials.Seconds(seconds))] : [RequestId(exchange.Id)],
    };

    /// <summary>The members of a request are named in the message.</summary>
    public static NativeObject Body(DemoProblem problem, string id) => new()
    {
        ["type"] = "error",
        ["error"] = new NativeObject
        {
            ["type"] = Type(problem.Status),
            ["message"] = problem.Field is { } field ? $"{field}: {problem.Message}" : problem.Message,
        },
        ["request_id"] = "req_" + id,
    };

    private static KeyValuePair<string, string> RequestId(string id) => new("request-id", "req_" + id);

    private static string Type(int status) => status switch
    {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        504 => "timeout_error",
        529 => "overloaded_error",
        >= 500 => "api_error",
        _ => "invalid_request_error",
    };
}
