using Gateway.Core.Providers;

namespace Gateway.Providers.Tests;

public sealed class ProviderCatalogTests
{
    private static readonly InferenceEndpoint[] Endpoints = [InferenceEndpoint.ChatCompletions, InferenceEndpoint.Completions, InferenceEndpoint.Embeddings];

    private static readonly string[] Kinds =
    [
        "openai", "anthropic", "gemini", "vertex", "bedrock", "cohere", "ollama", "azure-openai", "mistral", "groq", "together", "deepseek", "xai", "openrouter", "fireworks", "perplexity", "cerebras", "nvidia", "huggingface",
        "vllm", "lmstudio", "llamacpp", "openai-compatible", "demo",
    ];

    [Fact]
    public void Every_kind_is_found_by_its_name() => ProviderCatalog.ByKind.Keys.Should().BeEquivalentTo(Kinds);

    [Theory]
    [InlineData("openai", "https://api.openai.com/v1")]
    [InlineData("mistral", "https://api.mistral.ai/v1")]
    [InlineData("groq", "https://api.groq.com/openai/v1")]
    [InlineData("together", "https://api.together.xyz/v1")]
    [InlineData("deepseek", "https://api.deepseek.com/v1")]
    [InlineData("xai", "https://api.x.ai/v1")]
    [InlineData("openrouter", "https://openrouter.ai/api/v1")]
    [InlineData("fireworks", "https://api.fireworks.ai/inference/v1")]
    [InlineData("perplexity", "https://api.perplexity.ai")]
    [InlineData("cerebras", "https://api.cerebras.ai/v1")]
    [InlineData("nvidia", "https://integrate.api.nvidia.com/v1")]
    [InlineData("huggingface", "https://router.huggingface.co/v1")]
    [InlineData("vllm", "http://127.0.0.1:8000/v1")]
    [InlineData("lmstudio", "http://127.0.0.1:1234/v1")]
    [InlineData("llamacpp", "http://127.0.0.1:8080/v1")]
    [InlineData("openai-compatible", null)]
    public void Providers_of_OpenAIs_format_are_served_as_they_are(string kind, string? baseUrl)
    {
        InferenceEndpoint[] further = kind switch
        {
            "openai" => [InferenceEndpoint.Responses, InferenceEndpoint.Moderations],
            "openai-compatible" => [InferenceEndpoint.Rerank, InferenceEndpoint.Moderations],
            "mistral" => [InferenceEndpoint.Moderations],
            "openrouter" => [InferenceEndpoint.Responses, InferenceEndpoint.Rerank],
            "xai" or "lmstudio" => [InferenceEndpoint.Responses],
            "together" or "fireworks" or "vllm" or "llamacpp" => [InferenceEndpoint.Rerank],
            _ => [],
        };
        var manifest = ProviderCatalog.ByKind[kind].Manifest;
        manifest.DefaultBaseUrl?.OriginalString.Should().Be(baseUrl);
        manifest.Auth.Should().Be(AuthScheme.Bearer);
        manifest.Identity.Keys.Should().BeEquivalentTo([.. Endpoints, .. further]);
        manifest.Identity.Values.Should().OnlyContain(p => !p.StartsWith('/') && !p.EndsWith('/'));
        manifest.Translators.Should().BeEmpty();
        manifest.InProcess.Should().BeNull();
    }

    [Fact]
    public void Azure_has_its_own_key_header_and_no_address_of_its_own()
    {
        var manifest = ProviderCatalog.ByKind["azure-openai"].Manifest;
        manifest.DefaultBaseUrl.Should().BeNull();
        manifest.Auth.Should().Be(AuthScheme.ApiKey);
        manifest.Identity.Keys.Should().BeEquivalentTo(Endpoints);
        manifest.Deployments.Should().NotBeNull();
        manifest.By(null, new Uri("https://x.openai.azure.com")).Identity.Keys.Should().BeEquivalentTo(Endpoints);
        manifest.By(null, new Uri("https://x.openai.azure.com/openai/v1/")).Identity.Keys.Should().BeEquivalentTo([.. Endpoints, InferenceEndpoint.Responses], "the newer address has the Responses API");
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
