using Gateway.Config;
using Gateway.Core.Providers;
using Gateway.Providers;
using Gateway.Upstream;

namespace Gateway.Tests.Upstream;

/// <summary>Where a request goes, below the base URL of the configuration.</summary>
public sealed class UpstreamAddressTests
{
    [Theory]
    [InlineData("azure-openai", "https://r.openai.azure.com", null, "https://r.openai.azure.com/openai/deployments/my%20gpt%2F4/chat/completions?api-version=2024-10-21")]
    [InlineData("azure-openai", "https://r.openai.azure.com/", "2025-04-01-preview", "https://r.openai.azure.com/openai/deployments/my%20gpt%2F4/chat/completions?api-version=2025-04-01-preview")]
    [InlineData("azure-openai", "https://r.openai.azure.com/openai/v1/", null, "https://r.openai.azure.com/openai/v1/chat/completions")]
    [InlineData("azure-openai", "https://r.openai.azure.com/openai/v1", "preview&x", "https://r.openai.azure.com/openai/v1/chat/completions?api-version=preview%26x")]
    [InlineData("groq", null, null, "https://api.groq.com/openai/v1/chat/completions")]
    [InlineData("perplexity", null, null, "https://api.perplexity.ai/chat/completions")]
    [InlineData("vllm", "http://127.0.0.1:9000/v1/", null, "http://127.0.0.1:9000/v1/chat/completions")]
    public void An_endpoint_has_its_address(string kind, string? baseUrl, string? version, string expected)
    {
        var manifest = ProviderCatalog.ByKind[kind].Manifest;
        var config = new ProviderConfig { Name = "p", Kind = kind, ApiVersion = version, BaseUrl = baseUrl is null ? null : new Uri(baseUrl) };
        var connection = new UpstreamConnection(config, manifest, TimeProvider.System);

        connection.For(manifest.Identity[InferenceEndpoint.ChatCompletions], "my gpt/4").AbsoluteUri.Should().Be(expected);
    }

    [Fact]
    public void Azures_key_goes_in_its_own_header()
    {
        var config = new ProviderConfig { Name = "p", Kind = "azure-openai", ApiKey = new("k-1"), BaseUrl = new Uri("https://r.openai.azure.com") };
        var connection = new UpstreamConnection(config, ProviderCatalog.ByKind["azure-openai"].Manifest, TimeProvider.System);

        connection.Keys.All.Select(static k => $"{k.Header.Key}: {k.Header.Value}").Should().Equal("api-key: k-1");
    }
}
