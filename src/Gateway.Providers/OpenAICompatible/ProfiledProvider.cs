using Gateway.Core.Providers;
using Gateway.Providers.Shared;

namespace Gateway.Providers.OpenAICompatible;

/// <summary>A kind with an address and habits of its own. Which endpoints it serves is for it to say: models and services differ.</summary>
internal sealed class ProfiledProvider(Profile profile) : IProvider
{
    public ProviderManifest Manifest { get; } = new()
    {
        Kind = profile.Kind,
        DefaultBaseUrl = new Uri(profile.BaseUrl),
        Auth = AuthScheme.Bearer,
        Identity = IdentityPaths.And(profile.Further),
        ChatOutputLimit = profile.OutputLimit,
        Fields = profile.Fields,
        Repair = profile.Repair,
        TakesReasoning = profile.TakesReasoning,
    };
}
