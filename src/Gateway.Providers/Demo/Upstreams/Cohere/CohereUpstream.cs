namespace Gateway.Providers.Demo.Upstreams.Cohere;

/// <summary>Cohere, version 2: https://docs.cohere.com/reference.</summary>
internal sealed class CohereUpstream : IDemoUpstream
{
    private static readonly Dictionary<string, IDemoEndpoint> Endpoints = new(StringComparer.Ordinal)
    {
        ["v2/chat"] = new CohereConversation(),
        ["v2/embed"] = new CohereEmbed(),
        ["v2/rerank"] = new CohereRerank(),
    };

    public DemoPlace Place { get; } = new("cohere", "/cohere", "", "Authorization: Bearer", "command-demo");

    public string? Credential(DemoHttpRequest request) => Credentials.Bearer(request);

    public IDemoEndpoint? Find(string path) => Endpoints.GetValueOrDefault(path);

    /// <summary>Cohere does not say when to try again.</summary>
    public DemoErrorReply Error(DemoProblem problem, DemoExchange exchange) => new(problem.Status, NativeJson.Bytes(new NativeObject
    {
        ["id"] = exchange.Id,
        ["message"] = problem.Field is { } field ? $"invalid request: {field}: {problem.Message}" : problem.Message,
    }));
}
