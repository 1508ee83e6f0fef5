using Gateway.Core.Providers;

namespace Gateway.Providers.Tests;

public sealed class ProviderCatalogTests
{
    private static readonly InferenceEndpoint[] Endpoints = Enum.GetValues<InferenceEndpoint>();

    [Fact]
    public void Every_kind_is_found_by_its_name() => ProviderCatalog.ByKind.Keys.Should().BeEquivalentTo("openai", "anthropic", "openai-compatible", "demo");

    [Theory]
    [InlineData("openai", "https://api.openai.com/v1")]
    [InlineData("openai-compatible", null)]
    public void Providers_of_OpenAIs_format_are_served_as_they_are(string kind, string? baseUrl)
    {
        var manifest = ProviderCatalog.ByKind[kind].Manifest;
        manifest.DefaultBaseUrl?.OriginalString.Should().Be(baseUrl);
        manifest.Auth.Should().Be(AuthScheme.Bearer);
        manifest.Identity.Keys.Should().BeEquivalentTo(Endpoints);
        manifest.Identity.Values.Should().OnlyContain(p => !p.StartsWith('/') && !p.EndsWith('/'));
        manifest.Translators.Should().BeEmpty();
        manifest.InProcess.Should().BeNull();
    }

    [Fact]
    public void The_demo_translates_every_endpoint_and_needs_no_network()
    {
        var manifest = ProviderCatalog.ByKind["demo"].Manifest;
        manifest.Translators.Keys.Should().BeEquivalentTo(Endpoints);
        manifest.Identity.Should().BeEmpty();
        manifest.InProcess.Should().NotBeNull();
        manifest.Auth.Should().Be(AuthScheme.None);
        Endpoints.Should().OnlyContain(e => manifest.Serves(e));
    }
}
