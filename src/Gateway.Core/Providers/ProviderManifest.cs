using Gateway.Core.Dialects;

namespace Gateway.Core.Providers;

/// <summary>How a provider wants to be shown its key.</summary>
public enum AuthScheme
{
    /// <summary>It needs none; one that is configured (there is a proxy in front, say) is sent as <see cref="Bearer"/>.</summary>
    None,
    /// <summary><c>Authorization: Bearer KEY</c></summary>
    Bearer,
    /// <summary><c>x-api-key: KEY</c></summary>
    XApiKey,
    /// <summary><c>api-key: KEY</c></summary>
    ApiKey,
    /// <summary><c>x-goog-api-key: KEY</c></summary>
    XGoogApiKey,
}

/// <summary>A header that every request to a provider carries.</summary>
/// <param name="Value">Where the configuration has no other; null: none.</param>
public sealed record ProviderHeader(string Name, string? Value = null);

/// <summary>What a chat request calls the most tokens its answer may have.</summary>
public enum ChatOutputLimit
{
    /// <summary><c>max_tokens</c></summary>
    MaxTokens,
    /// <summary><c>max_completion_tokens</c></summary>
    MaxCompletionTokens,
}

/// <summary>What a kind of provider is, in one readable table. A capability is what it supplies, never a flag.</summary>
public sealed record ProviderManifest
{
    /// <summary>The <c>kind</c> of gateway.yaml.</summary>
    public required string Kind { get; init; }

    /// <summary>What stands before the API's own path; null where the configuration must say it, or nothing is sent anywhere.</summary>
    public Uri? DefaultBaseUrl { get; init; }

    public AuthScheme Auth { get; init; } = AuthScheme.Bearer;

    /// <summary>Where the provider is and how it is shown its key, where that depends on the configuration's place; null where it does not.</summary>
    public Func<ProviderPlace, ProviderSite>? SiteIn { get; init; }

    /// <summary>Makes what shows the provider who asks, in place of a key; null, or no result: the key alone does.</summary>
    public Func<ProviderSecrets, ICredential?>? CredentialOf { get; init; }

    /// <summary>Where access tokens come from, in place of a key; null, or no result: from nowhere.</summary>
    public Func<ProviderSecrets, ITokenExchange?>? TokensOf { get; init; }

    /// <summary>The header that carries the configuration's <c>organization</c>; null where the provider has no such thing.</summary>
    public string? OrganizationHeader { get; init; }

    /// <summary>The header that carries the configuration's <c>project</c>; null where the provider has no such thing.</summary>
    public string? ProjectHeader { get; init; }

    /// <summary>The header that carries the configuration's <c>version</c>; null where the provider has no such thing.</summary>
    public ProviderHeader? VersionHeader { get; init; }

    /// <summary>The header that carries the configuration's <c>beta</c>; null where the provider has no such thing.</summary>
    public ProviderHeader? BetaHeader { get; init; }

    /// <summary>The header that names a failure; null where its body does.</summary>
    public string? ErrorTypeHeader { get; init; }

    /// <summary>Where its models are listed, below the base URL: what a probe asks for. Null: nowhere there.</summary>
    public string? ModelsPath { get; init; } = "models";

    /// <summary>Endpoints the provider serves in the client's own wire format, with the path below the base URL: the identity lane.</summary>
    public IReadOnlyDictionary<InferenceEndpoint, string> Identity { get; init; } = new Dictionary<InferenceEndpoint, string>();

    /// <summary>Endpoints the provider serves in a wire format of its own: the translate lane.</summary>
    public IReadOnlyDictionary<InferenceEndpoint, ITranslator> Translators { get; init; } = new Dictionary<InferenceEndpoint, ITranslator>();

    /// <summary>Other ways to ask the same provider, by the configuration's <c>api</c>: translators in place of <see cref="Translators"/>. None for providers with one API.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<InferenceEndpoint, ITranslator>> Apis { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<InferenceEndpoint, ITranslator>>();

    /// <summary>Answers without a network; null for every provider but the demo.</summary>
    public IInProcessModel? InProcess { get; init; }

    /// <summary>The field of a chat request that bounds the answer's tokens: reasoning models of OpenAI refuse the old name, most others know only that.</summary>
    public ChatOutputLimit ChatOutputLimit { get; init; }

    /// <summary>Fields of chat requests that an identity lane has to call otherwise; null: none.</summary>
    public FieldQuirks? Fields { get; init; }

    /// <summary>The same of requests for embeddings.</summary>
    public FieldQuirks? EmbeddingFields { get; init; }

    /// <summary>For answers of an identity lane that are not quite OpenAI's; null: they pass as they come, and nothing is looked for.</summary>
    public IAnswerRepair? Repair { get; init; }

    /// <summary>Null where the path does not depend on the model.</summary>
    public DeploymentPaths? Deployments { get; init; }

    /// <summary>Of chat requests, it wants the thoughts of earlier turns back as <c>reasoning_content</c>.</summary>
    public bool TakesReasoning { get; init; }

    /// <summary>Of chat requests, it refuses fields that OpenAI does not have.</summary>
    public bool IsStrict { get; init; }

    /// <summary>Of chat requests, the values of <c>reasoning_effort</c> that it knows; null: all.</summary>
    public IReadOnlyList<string>? Efforts { get; init; }

    /// <summary>The same by the provider's name of a model; null, or no result: <see cref="Efforts"/>.</summary>
    public Func<string, IReadOnlyList<string>?>? EffortsOf { get; init; }

    /// <summary>Of chat requests, whose messages it takes.</summary>
    public ChatMessages Messages { get; init; }

    /// <summary>How a client's dialect is to write a chat request for it.</summary>
    public ChatTarget ChatTarget => new(
        Translators.ContainsKey(InferenceEndpoint.ChatCompletions) ? ChatReach.Translated : IsStrict || Repair is null ? ChatReach.OpenAI : ChatReach.Compatible, TakesReasoning, ChatOutputLimit, Efforts)
    { Messages = Messages };

    /// <inheritdoc cref="ChatTarget"/>
    /// <param name="model">The provider's name of it.</param>
    public ChatTarget ChatTargetOf(string model) => EffortsOf?.Invoke(model) is { } efforts ? ChatTarget with { Efforts = efforts } : ChatTarget;

    /// <summary>What of it a configuration asks for.</summary>
    /// <param name="api">The configuration's; null: the provider's first.</param>
    /// <param name="baseUrl">The configuration's; null: the provider's own.</param>
    public ProviderManifest By(string? api, Uri? baseUrl = null)
    {
        if (baseUrl is not null && Deployments is { PlainIdentity.Count: > 0 } deployments && deployments.IsPlain(baseUrl)) return this with { Identity = deployments.PlainIdentity };
        return api is not null && Apis.TryGetValue(api, out var translators) ? this with { Translators = translators } : this;
    }

    public ProviderSite Site(ProviderPlace place) => SiteIn?.Invoke(place) ?? new ProviderSite(DefaultBaseUrl, "", Auth);

    public bool Serves(InferenceEndpoint endpoint) => Identity.ContainsKey(endpoint) || Translators.ContainsKey(endpoint);
}
