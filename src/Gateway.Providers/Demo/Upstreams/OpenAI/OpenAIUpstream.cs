namespace Gateway.Providers.Demo.Upstreams.OpenAI;

/// <summary>OpenAI: https://platform.openai.com/docs/api-reference.</summary>
internal sealed class OpenAIUpstream : IDemoUpstream
{
    private static readonly Dictionary<string, IDemoEndpoint> Endpoints = new(StringComparer.Ordinal)
    {
        ["v1/chat/completions"] = new OpenAIChat(),
        ["v1/completions"] = new OpenAITask(new DemoCompletion()),
        ["v1/embeddings"] = new OpenAITask(new DemoEmbedding()),
        ["v1/responses"] = new Responses.ResponsesChat(),
        ["v1/moderations"] = new OpenAIModeration(),
    };

    public DemoPlace Place { get; } = new("openai", "/openai", "/v1", "Authorization: Bearer", "gpt-demo");

    public string? Credential(DemoHttpRequest request) => Credentials.Bearer(request);

    public IDemoEndpoint? Find(string path) => Endpoints.GetValueOrDefault(path);

    public DemoErrorReply Error(DemoProblem problem, DemoExchange exchange) => OpenAIErrors.Reply(problem, exchange.Id);
}
