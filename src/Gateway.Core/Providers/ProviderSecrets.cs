namespace Gateway.Core.Providers;

/// <summary>What the configuration has for a credential that is made anew for every request. Printing it shows nothing.</summary>
/// <param name="Region">Where the provider is.</param>
public sealed record ProviderSecrets(string? Region, string? AccessKeyId, string? SecretAccessKey, string? SessionToken)
{
    public ServiceAccount? Account { get; init; }

    public override string ToString() => "***";
}
