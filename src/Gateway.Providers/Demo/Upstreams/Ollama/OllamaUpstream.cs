namespace Gateway.Providers.Demo.Upstreams.Ollama;

/// <summary>Ollama: https://github.com/ollama/ollama/blob/main/docs/api.md. It wants no key.</summary>
internal sealed class OllamaUpstream : IDemoUpstream
{
    private static readonly Dictionary<string, IDemoEndpoint> Endpoints = new(StringComparer.Ordinal) { ["api/chat"] = new OllamaConversation(), ["api/embed"] = new OllamaEmbed() };

    public DemoPlace Place { get; } = new("ollama", "/ollama", "", "", "llama-demo");

    public string? Credential(DemoHttpRequest request) => Credentials.Bearer(request);

    public IDemoEndpoint? Find(string path) => Endpoints.GetValueOrDefault(path);

    public DemoErrorReply Error(DemoProblem problem, DemoExchange exchange) => new(problem.Status, NativeJson.Bytes(Body(problem)))
    {
        Headers = problem.RetryAfter is { } seconds ? [new("retry-after", Credentials.Seconds(seconds))] : [],   // its cloud
    };

    public static NativeObject Body(DemoProblem problem) => new() { ["error"] = problem.Field is { } field ? $"{field}: {problem.Message}" : problem.Message };
}
