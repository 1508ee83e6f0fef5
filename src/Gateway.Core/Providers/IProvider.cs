namespace Gateway.Core.Providers;

/// <summary>A kind of provider. One line of <c>ProviderCatalog</c> makes it known.</summary>
public interface IProvider
{
    ProviderManifest Manifest { get; }
}
