namespace Gateway.Providers.Demo.Upstreams.Bedrock;

/// <summary>Amazon Bedrock, by Converse, and by InvokeModel for Claude: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html. A signature is taken for what it says it is: nothing is checked of it.</summary>
internal sealed class BedrockUpstream : IDemoUpstream
{
    private const string Signed = "AWS4-HMAC-SHA256 Credential=";

    private static readonly Dictionary<string, IDemoEndpoint> Operations = new(StringComparer.Ordinal)
    {
        ["converse"] = new ConverseChat(isStream: false),
        ["converse-stream"] = new ConverseChat(isStream: true),
        ["invoke"] = new InvokeMessages(isStream: false),
        ["invoke-with-response-stream"] = new InvokeMessages(isStream: true),
    };

    public DemoPlace Place { get; } = new("bedrock", "/bedrock", "", "Authorization: Bearer", "anthropic.claude-demo", "region: us-east-1");

    public string? Credential(DemoHttpRequest request) =>
        request.Header("authorization") is { } value && value.StartsWith(Signed, StringComparison.Ordinal) ? value[Signed.Length..].Split('/')[0] : Credentials.Bearer(request);

    public IDemoEndpoint? Find(string path) =>
        path.StartsWith("model/", StringComparison.Ordinal) && Model(path).Length > 0 ? Operations.GetValueOrDefault(path[(path.LastIndexOf('/') + 1)..]) : null;

    /// <summary>The id in <c>model/ID/converse</c>; those of profiles have slashes.</summary>
    public static string Model(string path) => path.LastIndexOf('/') is var end && end > "model/".Length ? path["model/".Length..end] : "";

    public DemoErrorReply Error(DemoProblem problem, DemoExchange exchange)
    {
        var status = problem.Status == 401 ? 403 : problem.Status;
        return new DemoErrorReply(status, NativeJson.Bytes(Body(problem)))
        {
            Headers = [new("x-amzn-requestid", exchange.Id), new("x-amzn-errortype", Name(status) + ":http://internal.amazon.com/coral/com.amazon.bedrock/")],
        };
    }

    public static NativeObject Body(DemoProblem problem) => new() { ["message"] = problem.Field is { } field ? $"{field}: {problem.Message}" : problem.Message };

    private static string Name(int status) => status switch
    {
        403 => "AccessDeniedException",
        404 => "ResourceNotFoundException",
        408 => "ModelTimeoutException",
        424 => "ModelErrorException",
        429 => "ThrottlingException",
        503 => "ServiceUnavailableException",
        >= 500 => "InternalServerException",
        _ => "ValidationException",
    };
}
