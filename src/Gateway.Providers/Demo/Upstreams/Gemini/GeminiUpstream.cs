namespace Gateway.Providers.Demo.Upstreams.Gemini;

/// <summary>The Gemini API: https://ai.google.dev/api.</summary>
internal sealed class GeminiUpstream : IDemoUpstream
{
    public DemoPlace Place { get; } = new("gemini", "/gemini", "/v1beta", "x-goog-api-key", "gemini-3-demo");

    public string? Credential(DemoHttpRequest request) => request.Header("x-goog-api-key") ?? request.Query("key") ?? Credentials.Bearer(request);

    public IDemoEndpoint? Find(string path)
    {
        if (!path.StartsWith("v1beta/", StringComparison.Ordinal) && !path.StartsWith("v1/", StringComparison.Ordinal)) return null;
        var model = path[(path.IndexOf('/') + 1)..];
        return model.StartsWith("models/", StringComparison.Ordinal) || model.StartsWith("tunedModels/", StringComparison.Ordinal) ? Method(model) : null;
    }

    public DemoErrorReply Error(DemoProblem problem, DemoExchange exchange) => GoogleErrors.Reply(problem, exchange, badKey: 400);

    private static IDemoEndpoint? Method(string model) => model[(model.LastIndexOf(':') + 1)..] switch
    {
        "generateContent" => new ContentChat(isStream: false),
        "streamGenerateContent" => new ContentChat(isStream: true),
        "embedContent" => new ContentEmbedding(isBatch: false),
        "batchEmbedContents" => new ContentEmbedding(isBatch: true),
        _ => null,
    };
}
