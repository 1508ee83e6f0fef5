namespace Gateway.Providers.Demo.Upstreams.Gemini;

/// <summary>Gemini on Vertex AI: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference. With a project, or below the publisher alone.</summary>
internal sealed class VertexUpstream : IDemoUpstream
{
    private const string Publisher = "publishers/google/models/";

    public DemoPlace Place { get; } = new("vertex", "/vertex", "/v1", "Authorization: Bearer", "gemini-3-demo", "project: demo, region: global");

    public string? Credential(DemoHttpRequest request) => Credentials.Bearer(request) ?? request.Header("x-goog-api-key") ?? request.Query("key");

    public IDemoEndpoint? Find(string path)
    {
        if (path.IndexOf(Publisher, StringComparison.Ordinal) is not (>= 0 and var at)) return null;
        var isThere = path[..at].Split('/') is ["v1" or "v1beta1", ""] or ["v1" or "v1beta1", "projects", { Length: > 0 }, "locations", { Length: > 0 }, ""];
        return !isThere ? null : path[(path.LastIndexOf(':') + 1)..] switch
        {
            "generateContent" => new ContentChat(isStream: false),
            "streamGenerateContent" => new ContentChat(isStream: true),
            "predict" => new Prediction(),
            _ => null,
        };
    }

    public DemoErrorReply Error(DemoProblem problem, DemoExchange exchange) => GoogleErrors.Reply(problem, exchange, badKey: 401);
}
