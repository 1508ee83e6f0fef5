using Gateway.Core.Providers;

namespace Gateway.Providers.Gemini;

/// <summary>
/// Gemini on Google Cloud's Vertex AI, the same wire format at another address, and Claude. With a project, the key is an access token; without one it is an API key of its express mode
/// (https://cloud.google.com/vertex-ai/generative-ai/docs/start/express-mode/overview).
/// </summary>
internal sealed class VertexProvider : IProvider
{
    private const string Global = "global";

    public const string Publisher = "publishers/google/";

    public ProviderManifest Manifest { get; } = new()
    {
        Kind = "vertex",
        ModelsPath = null,
        DefaultBaseUrl = new Uri("https://aiplatform.googleapis.com/v1"),
        Auth = AuthScheme.Bearer,
        SiteIn = SiteIn,
        TokensOf = GoogleTokens.From,
        Translators = new Dictionary<InferenceEndpoint, ITranslator>
        {
            [InferenceEndpoint.ChatCompletions] = new VertexChat(),
            [InferenceEndpoint.Embeddings] = new GeminiEmbedding(isVertex: true),
        },
    };

    private static ProviderSite SiteIn(ProviderPlace place)
    {
        var region = place.Region ?? Global;
        var baseUrl = new Uri($"https://{(region == Global ? "" : region + "-")}aiplatform.googleapis.com/v1");
        return place.Project is { } project
            ? new(baseUrl, $"projects/{Uri.EscapeDataString(project)}/locations/{region}/", AuthScheme.Bearer)
            : new(baseUrl, "", AuthScheme.XGoogApiKey);
    }
}
