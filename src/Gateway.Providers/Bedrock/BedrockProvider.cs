using Gateway.Core.Providers;

namespace Gateway.Providers.Bedrock;

/// <summary>Amazon Bedrock's Converse API: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html.</summary>
internal sealed class BedrockProvider : IProvider
{
    private const string DefaultRegion = "us-east-1";

    public ProviderManifest Manifest { get; } = new()
    {
        Kind = "bedrock",
        ModelsPath = null,
        DefaultBaseUrl = BaseUrl(DefaultRegion),
        Auth = AuthScheme.Bearer,
        SiteIn = static place => new(BaseUrl(place.Region ?? DefaultRegion), "", AuthScheme.Bearer),
        CredentialOf = AwsCredential.From,
        ErrorTypeHeader = BedrockErrors.TypeHeader,
        EffortsOf = BedrockReasoningEffort.Known,
        Translators = new Dictionary<InferenceEndpoint, ITranslator> { [InferenceEndpoint.ChatCompletions] = new BedrockChat() },
        Apis = new Dictionary<string, IReadOnlyDictionary<InferenceEndpoint, ITranslator>>
        {
            ["invoke"] = new Dictionary<InferenceEndpoint, ITranslator> { [InferenceEndpoint.ChatCompletions] = new BedrockInvokeChat() },
        },
    };

    private static Uri BaseUrl(string region) =>
        new($"https://bedrock-runtime.{region}.amazonaws.com{(region.StartsWith("cn-", StringComparison.Ordinal) ? ".cn" : "")}");
}
