using Gateway.Core.Providers;

namespace Gateway.Providers.Tests.Gemini;

/// <summary>Where Vertex AI is asked.</summary>
public sealed class VertexProviderTests
{
    [Theory]
    [InlineData("us-central1", "acme", "https://us-central1-aiplatform.googleapis.com/v1", "projects/acme/locations/us-central1/", AuthScheme.Bearer)]
    [InlineData(null, "a.example:b/../c", "https://aiplatform.googleapis.com/v1", "projects/a.example%3Ab%2F..%2Fc/locations/global/", AuthScheme.Bearer)]
    [InlineData("global", null, "https://aiplatform.googleapis.com/v1", "", AuthScheme.XGoogApiKey)]
    public void Its_address_is_made_of_region_and_project(string? region, string? project, string baseUrl, string root, AuthScheme auth)
    {
        var site = ProviderCatalog.ByKind["vertex"].Manifest.Site(new ProviderPlace(region, project));

        site.Should().Be(new ProviderSite(new Uri(baseUrl), root, auth));
    }

    [Fact]
    public void A_provider_with_one_address_is_there_whatever_the_place()
    {
        var manifest = ProviderCatalog.ByKind["gemini"].Manifest;

        manifest.Site(new ProviderPlace("eu", "acme")).Should().Be(new ProviderSite(manifest.DefaultBaseUrl, "", AuthScheme.XGoogApiKey));
    }
}
