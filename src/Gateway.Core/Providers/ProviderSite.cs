namespace Gateway.Core.Providers;

/// <summary>Which part of a cloud a configuration means.</summary>
public readonly record struct ProviderPlace(string? Region, string? Project);

/// <summary>Where a provider is reached.</summary>
/// <param name="BaseUrl">What stands before the API's own path, where the configuration does not say.</param>
/// <param name="Root">What of the API's own path is the same for all requests: empty, or with a slash at its end.</param>
public sealed record ProviderSite(Uri? BaseUrl, string Root, AuthScheme Auth);
