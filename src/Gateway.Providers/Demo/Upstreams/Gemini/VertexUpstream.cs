using Gateway.Providers.Demo.Upstreams.Anthropic;

namespace Gateway.Providers.Demo.Upstreams.Gemini;

/// <summary>Gemini and Claude on Vertex AI: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference. With a project, or below the publisher alone.</summary>
internal sealed class VertexUpstream : IDemoUpstream
{
    private const string Google = "publishers/google/models/", Claude = "publishers/anthropic/models/";

    private const string ClaudeVersion = "vertex-2023-10-16";

    public DemoPlace Place { get; } = new("vertex", "/vertex", "/v1", "Authorization: Bearer", "gemini-3-demo", "project: demo, region: global");

    public string? Credential(DemoHttpRequest request) => Credentials.Bearer(request) ?? request.Header("x-goog-api-key") ?? request.Query("key");

    public IDemoEndpoint? Find(string path)
    {
        var method = path[(path.LastIndexOf(':') + 1)..];
        if (IsBelow(path, Claude)) return method is "rawPredict" or "streamRawPredict" ? new MessagesChat(new(ClaudeVersion, ContentRequest.Model, method == "streamRawPredict")) : null;
        return !IsBelow(path, Google) ? null : method switch
        {
            "generateContent" => new ContentChat(isStream: false),
            "streamGenerateContent" => new ContentChat(isStream: true),
            "predict" => new Prediction(),
            _ => null,
        };
    }

    private static bool IsBelow(string path, string publisher) =>
        path.IndexOf(publisher, StringComparison.Ordinal) is (>= 0 and var at)
        && path[..at].Split('/') is (["v1" or "v1beta1", ""] or ["v1" or "v1beta1", "projects", { Length: > 0 }, "locations", { Length: > 0 }, ""]);

    public DemoErrorReply Error(DemoProblem problem, DemoExchange exchange) => GoogleErrors.Reply(problem, exchange, badKey: 401);
}
