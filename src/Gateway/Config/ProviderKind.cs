using Gateway.Core.Providers;

namespace Gateway.Config;

/// <summary>What the configuration has to know of a kind of provider; the catalogue of kinds is a parameter, so that Config does not depend on it.</summary>
internal sealed record ProviderKind
{
    /// <summary>The <c>kind</c> of gateway.yaml.</summary>
    public required string Name { get; init; }

    /// <summary>Answers inside the gateway: it has no address.</summary>
    public bool InProcess { get; init; }

    /// <summary>Has no address of its own.</summary>
    public bool NeedsBaseUrl { get; init; }

    /// <summary>Its own address refuses requests without a key.</summary>
    public bool NeedsApiKey { get; init; }

    /// <summary>Whether there is any endpoint that a target of this kind can serve.</summary>
    public bool ServesModels { get; init; } = true;

    /// <summary>Whether there is something that a probe can ask for without a cost.</summary>
    public bool HasModelsPath { get; init; }

    public static ProviderKind From(ProviderManifest manifest) => new()
    {
        Name = manifest.Kind,
        InProcess = manifest.InProcess is not null,
        NeedsBaseUrl = manifest.DefaultBaseUrl is null && manifest.InProcess is null,
        NeedsApiKey = manifest.Auth != AuthScheme.None && manifest.InProcess is null && manifest.DefaultBaseUrl is not { IsLoopback: true },
        HasModelsPath = manifest.ModelsPath is not null,
        ServesModels = manifest.Identity.Count > 0 || manifest.Translators.Count > 0 || manifest.InProcess is not null,
    };
}
