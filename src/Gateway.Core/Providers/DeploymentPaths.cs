namespace Gateway.Core.Providers;

/// <summary>An address in which the model is a part of the path and the API's version a part of the query, as on Azure.</summary>
/// <param name="Prefix">Before the endpoint's own path, <see cref="Model"/> where the model's name belongs.</param>
/// <param name="ApiVersion">Where the configuration has no <c>api_version</c>.</param>
/// <param name="PlainBase">A base URL that ends so is served like any other: the model stands in the body, the version is optional.</param>
public sealed record DeploymentPaths(string Prefix, string ApiVersion, string PlainBase)
{
    /// <summary>What is served there, and not under the older addresses.</summary>
    public IReadOnlyDictionary<InferenceEndpoint, string> PlainIdentity { get; init; } = new Dictionary<InferenceEndpoint, string>();

    /// <summary>Whether this is such a base URL.</summary>
    public bool IsPlain(Uri baseUrl) => baseUrl.AbsolutePath.TrimEnd('/').EndsWith(PlainBase, StringComparison.Ordinal);

    public const string Model = "{model}";
}
