using Gateway.Config;
using Gateway.Core.Providers;
using Gateway.Providers;
using Gateway.Upstream;

namespace Gateway.Tests.Upstream;

/// <summary>Where a provider's requests go, and with what credential.</summary>
public sealed class UpstreamConnectionTests
{
    [Theory]
    [InlineData("gemini", null, null, null, "https://generativelanguage.googleapis.com/v1beta/models/m:generateContent?alt=sse", "x-goog-api-key: k")]
    [InlineData("vertex", null, "eu-west1", "acme", "https://eu-west1-aiplatform.googleapis.com/v1/projects/acme/locations/eu-west1/publishers/google/models/m:generateContent?alt=sse", "Authorization: Bearer k")]
    [InlineData("vertex", "http://127.0.0.1:9/v1/", null, null, "http://127.0.0.1:9/v1/publishers/google/models/m:generateContent?alt=sse", "x-goog-api-key: k")]
    [InlineData("bedrock", null, "eu-central-1", null, "https://bedrock-runtime.eu-central-1.amazonaws.com/models/m:generateContent?alt=sse", "Authorization: Bearer k")]
    [InlineData("bedrock", null, "cn-north-1", null, "https://bedrock-runtime.cn-north-1.amazonaws.com.cn/models/m:generateContent?alt=sse", "Authorization: Bearer k")]
    public void The_address_is_base_root_and_path(string kind, string? baseUrl, string? region, string? project, string uri, string credential)
    {
        var config = new ProviderConfig { Name = "p", Kind = kind, BaseUrl = baseUrl is null ? null : new Uri(baseUrl), Region = region, Project = project, ApiKey = new Secret("k") };

        var connection = new UpstreamConnection(config, ProviderCatalog.ByKind[kind].Manifest, TimeProvider.System);

        connection.For(kind == "vertex" ? "publishers/google/models/m:generateContent?alt=sse" : "models/m:generateContent?alt=sse", "m").AbsoluteUri.Should().Be(uri);
        connection.Keys.All.Select(static k => $"{k.Header.Key}: {k.Header.Value}").Should().Equal(credential);
    }

    [Theory]
    [InlineData("openai", "https://api.openai.com/v1/models", null)]
    [InlineData("anthropic", "https://api.anthropic.com/v1/models", null)]
    [InlineData("gemini", "https://generativelanguage.googleapis.com/v1beta/models", null)]
    [InlineData("cohere", "https://api.cohere.com/v1/models", null)]
    [InlineData("ollama", "http://127.0.0.1:11434/api/tags", null)]
    [InlineData("azure-openai", "http://127.0.0.1:9/openai/models?api-version=2024-10-21", "openai/models")]
    [InlineData("azure-openai", "http://127.0.0.1:9/health?deep=1&api-version=2024-10-21", "health?deep=1")]
    public void A_probe_asks_for_the_list_of_models_or_for_what_the_configuration_says(string kind, string uri, string? path)
    {
        var manifest = ProviderCatalog.ByKind[kind].Manifest;
        var config = new ProviderConfig { Name = "p", Kind = kind, BaseUrl = manifest.DefaultBaseUrl is null ? new Uri("http://127.0.0.1:9") : null };

        new UpstreamConnection(config, manifest, TimeProvider.System).ForProbe(path ?? manifest.ModelsPath!).AbsoluteUri.Should().Be(uri);
    }

    [Fact]
    public void All_its_secrets_are_known_to_be_kept_back()
    {
        var signing = new ProviderConfig { Name = "p", Kind = "bedrock", Region = "us-east-1", AccessKeyId = "AKIA", SecretAccessKey = new Secret("s"), SessionToken = new Secret("t") };
        var bearing = new ProviderConfig { Name = "p", Kind = "azure-openai", BaseUrl = new Uri("http://127.0.0.1:9"), ApiKey = new Secret("k"), Headers = new Dictionary<string, string> { ["Authorization"] = "Bearer x y" } };

        Secrets(signing).Should().Equal("s", "t");
        Secrets(bearing).Should().Equal("y", "k");

        static IEnumerable<string> Secrets(ProviderConfig config) =>
            new UpstreamConnection(config, ProviderCatalog.ByKind[config.Kind].Manifest, TimeProvider.System).Secrets.Select(static s => System.Text.Encoding.UTF8.GetString(s.Span));
    }

    [Fact]
    public void Only_so_many_addresses_are_remembered()
    {
        var connection = new UpstreamConnection(new ProviderConfig { Name = "p", Kind = "gemini" }, ProviderCatalog.ByKind["gemini"].Manifest, TimeProvider.System);
        for (var i = 0; i < 1000; i++) connection.For($"models/{i}:generateContent", "m");

        connection.For("models/0:generateContent", "m").Should().BeSameAs(connection.For("models/0:generateContent", "m"));
        connection.For("models/1000:generateContent", "m").Should().NotBeSameAs(connection.For("models/1000:generateContent", "m"));
    }

    [Theory]
    [InlineData(AuthScheme.Bearer, "Authorization", "Bearer sk-1")]
    [InlineData(AuthScheme.XApiKey, "x-api-key", "sk-1")]
    [InlineData(AuthScheme.ApiKey, "api-key", "sk-1")]
    [InlineData(AuthScheme.XGoogApiKey, "x-goog-api-key", "sk-1")]
    [InlineData(AuthScheme.None, "Authorization", "Bearer sk-1")]   // needs none: who configures one has a reason
    public void A_key_that_is_configured_is_sent_the_way_of_the_provider(AuthScheme scheme, string name, string value) =>
        Headers(scheme, new Secret("sk-1")).Single().Should().Be(new KeyValuePair<string, string>(name, value));

    [Fact]
    public void Without_a_key_nothing_is_sent() => Headers(AuthScheme.None, null).Count.Should().Be(0);

    private static IReadOnlyList<KeyValuePair<string, string>> Headers(AuthScheme scheme, Secret? key)
    {
        var connection = new UpstreamConnection(new ProviderConfig { Name = "a", Kind = "b", ApiKey = key, BaseUrl = new Uri("http://127.0.0.1:1") }, new ProviderManifest { Kind = "b", Auth = scheme }, TimeProvider.System);
        using var client = connection.Client;
        return [.. connection.Headers, .. connection.Keys.All.Select(static k => k.Header)];
    }
}
