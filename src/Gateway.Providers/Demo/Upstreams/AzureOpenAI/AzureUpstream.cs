using Gateway.Providers.Demo.Upstreams.OpenAI;

namespace Gateway.Providers.Demo.Upstreams.AzureOpenAI;

/// <summary>OpenAI's models on Azure, as deployments: https://learn.microsoft.com/azure/ai-services/openai/reference. Filters report on everything, and errors have codes of Azure's.</summary>
internal sealed class AzureUpstream : IDemoUpstream
{
    private static readonly Dictionary<string, IDemoEndpoint> Endpoints = new(StringComparer.Ordinal)
    {
        ["chat/completions"] = new OpenAIChat(filters: true),
        ["completions"] = new OpenAITask(new DemoCompletion()),
        ["embeddings"] = new OpenAITask(new DemoEmbedding()),
        ["responses"] = new Responses.ResponsesChat(),
    };

    public DemoPlace Place { get; } = new("azure-openai", "/azure", "", "api-key", "gpt-demo");

    public string? Credential(DemoHttpRequest request) => request.Header("api-key") ?? Credentials.Bearer(request);

    /// <summary>Below a deployment, or below <c>openai/v1</c> as OpenAI itself.</summary>
    public IDemoEndpoint? Find(string path) => path.Split('/', 4) switch
    {
        ["openai", "deployments", { Length: > 0 }, var below] => Endpoints.GetValueOrDefault(below),
        ["openai", "v1", ..] => Endpoints.GetValueOrDefault(path["openai/v1/".Length..]),
        _ => null,
    };

    public DemoErrorReply Error(DemoProblem problem, DemoExchange exchange)
    {
        var body = problem.Status is 400 or >= 500 ? OpenAIErrors.Body(problem) : new NativeObject { ["error"] = new NativeObject { ["code"] = Code(problem.Status), ["message"] = problem.Message } };
        return new DemoErrorReply(problem.Status, NativeJson.Bytes(body)) { Headers = [new("apim-request-id", exchange.Id), .. OpenAIErrors.RetryAfter(problem)] };
    }

    private static string Code(int status) => status switch
    {
        404 => "DeploymentNotFound",
        429 => "RateLimitReached",
        _ => status.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };
}
