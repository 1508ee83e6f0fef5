using System.Text;
using Gateway.Core.Money;
using Gateway.Metering.Pricing;

namespace Gateway.Tests.Pricing;

public sealed class PriceCatalogTests
{
    private static readonly PriceCatalog Catalog = PriceCatalog.LoadEmbedded();

    private static readonly string[] Expected =
        ["openai", "azure-openai", "anthropic", "gemini", "vertex", "bedrock", "mistral", "cohere", "groq", "deepseek", "xai", "together", "cerebras", "perplexity", "demo"];

    private static IEnumerable<CatalogModel> All => Catalog.Kinds.SelectMany(Catalog.Models);

    [Fact]
    public void It_has_a_dated_version_and_the_kinds_it_should_have()
    {
        DateOnly.TryParseExact(Catalog.Version, "yyyy-MM-dd", out _).Should().BeTrue("the version is {0}", Catalog.Version);
        Catalog.Kinds.Should().Equal(Expected);
        All.Count().Should().BeInRange(150, 500);
    }

    [Fact]
    public void Every_line_parses_and_says_something_plausible()
    {
        foreach (var model in All)
        {
            var name = $"{model.Kind} {model.Name}";
            model.Price.Version.Should().MatchRegex($"^{Catalog.Version}:[0-9a-f]{{12}}$", name);
            model.Price.Input.Should().BeInRange(0.001m, 1_000, name);
            if (model.Mode == CatalogMode.Embedding)
                model.Price.Output.Should().Be(0, name);
            else
                model.Price.Output.Should().BeInRange(0.001m, 2_000, name);
            (model.Price.CacheRead ?? 0).Should().BeLessThanOrEqualTo(model.Price.Input, "{0}: reading a cache is never dearer than the prompt", name);
            model.Price.PerCall.Should().BeLessThanOrEqualTo(0.1m, name);
            (model.ContextWindow ?? 1).Should().BeInRange(1, 20_000_000, name);
            (model.MaxOutput ?? 1).Should().BeInRange(1, 5_000_000, name);
            foreach (var tier in model.Price.Tiers)
            {
                tier.Rates.Should().NotBe(new PriceRates(), "{0} has a tier that says nothing", name);
                (tier.Over is 0 or 128_000 or 200_000 or 256_000 or 272_000 or 512_000).Should().BeTrue("{0} has a threshold of {1}", name, tier.Over);
                if (tier.Over > 0 && tier is { Tier: Gateway.Core.Usage.ServiceTier.Standard, Rates.Input: { } input })
                    input.Should().BeGreaterThan(model.Price.Input, name);
            }
        }
    }

    [Fact]
    public void Names_are_sorted_within_a_kind()
    {
        foreach (var kind in Catalog.Kinds)
            Catalog.Models(kind).Select(static m => m.Name).Should().BeInAscendingOrder(StringComparer.Ordinal, kind);
    }

    [Theory]
    [InlineData("openai", "gpt-4o-mini", 0.15, 0.60, 0.075)]
    [InlineData("openai", "gpt-5", 1.25, 10, 0.125)]
    [InlineData("openai", "text-embedding-3-small", 0.02, 0, null)]
    [InlineData("anthropic", "claude-haiku-4-5", 1, 5, 0.1)]
    [InlineData("anthropic", "claude-sonnet-4-5", 3, 15, 0.3)]
    [InlineData("gemini", "gemini-2.5-flash", 0.3, 2.5, 0.03)]
    [InlineData("mistral", "mistral-large-latest", 0.5, 1.5, 0.05)]
    [InlineData("cohere", "command-a-03-2025", 2.5, 10, null)]
    [InlineData("groq", "llama-3.3-70b-versatile", 0.59, 0.79, null)]
    [InlineData("deepseek", "deepseek-chat", 0.28, 0.42, 0.028)]
    [InlineData("xai", "grok-4", 3, 15, 0.75)]
    [InlineData("together", "meta-llama/Llama-3.3-70B-Instruct-Turbo", 0.88, 0.88, null)]
    [InlineData("bedrock", "amazon.nova-pro-v1:0", 0.8, 3.2, 0.2)]
    [InlineData("demo", "demo", 0.1, 0.4, null)]
    public void Well_known_models_cost_what_is_known(string kind, string model, double input, double output, double? cacheRead)
    {
        var price = Catalog.Find(kind, model)!.Price;
        (price.Input, price.Output, price.CacheRead).Should().Be(((decimal)input, (decimal)output, (decimal?)cacheRead));
    }

    [Theory]
    [InlineData("openai", "gpt-4o-mini-2024-07-18", "gpt-4o-mini")]
    [InlineData("openai", "gpt-4o-2024-05-13", "gpt-4o-2024-05-13")]    // has a price of its own
    [InlineData("openai", "openai/gpt-4o", "gpt-4o")]
    [InlineData("openai", "ft:gpt-4o-mini-2024-07-18:acme::abc123", "ft:gpt-4o-mini-2024-07-18")]
    [InlineData("anthropic", "claude-sonnet-4-5-20250929", "claude-sonnet-4-5")]
    [InlineData("vertex", "claude-haiku-4-5@20251001", "claude-haiku-4-5")]
    [InlineData("vertex", "publishers/google/models/gemini-2.5-pro", "gemini-2.5-pro")]
    [InlineData("gemini", "models/gemini-2.5-pro", "gemini-2.5-pro")]
    [InlineData("groq", "openai/gpt-oss-120b", "openai/gpt-oss-120b")]
    [InlineData("groq", "groq/llama-3.3-70b-versatile", "llama-3.3-70b-versatile")]
    [InlineData("bedrock", "global.anthropic.claude-sonnet-4-5-20250929-v1:0", "anthropic.claude-sonnet-4-5-20250929-v1:0")]
    [InlineData("bedrock", "eu.anthropic.claude-sonnet-4-5-20250929-v1:0", "us.anthropic.claude-sonnet-4-5-20250929-v1:0")]
    [InlineData("bedrock", "eu.amazon.nova-pro-v1:0", "eu.amazon.nova-pro-v1:0")]
    [InlineData("bedrock", "us.amazon.nova-pro-v1:0", "amazon.nova-pro-v1:0")]
    public void A_variant_of_a_name_is_found_and_an_entry_of_its_own_wins(string kind, string asked, string found) =>
        Catalog.Find(kind, asked)!.Name.Should().Be(found);

    [Theory]
    [InlineData("openai", "gpt-99")]
    [InlineData("openai", "gpt-4o-mini-2024")]
    [InlineData("openai", "claude-sonnet-4-5")]
    [InlineData("openai", "")]
    [InlineData("openai", "-2024-07-18")]
    [InlineData("openai-compatible", "gpt-4o")]
    [InlineData("no-such-kind", "gpt-4o")]
    public void What_the_catalogue_does_not_know_it_does_not_guess(string kind, string model) => Catalog.Find(kind, model).Should().BeNull();

    [Fact]
    public void Tiers_and_capabilities_are_read()
    {
        var model = Catalog.Find("openai", "gpt-5.6")!;
        model.Capabilities.Should().Be(CatalogCapabilities.Vision | CatalogCapabilities.Tools | CatalogCapabilities.JsonSchema | CatalogCapabilities.Reasoning);
        model.Price.Tiers.Select(static t => (t.Over, t.Tier)).Should().BeEquivalentTo(
        [
            (272_000L, Gateway.Core.Usage.ServiceTier.Standard), (0L, Gateway.Core.Usage.ServiceTier.Priority), (0L, Gateway.Core.Usage.ServiceTier.Flex),
            (272_000L, Gateway.Core.Usage.ServiceTier.Flex), (0L, Gateway.Core.Usage.ServiceTier.Batch),
        ]);
    }

    [Theory]
    [InlineData("version: x\nproviders:\n  a:\n    models:\n      m: { mode: chat, input: 1, output: 1 }\n      m: { mode: chat, input: 2, output: 2 }\n", "*:6:*")]
    [InlineData("version: x\nproviders:\n      m: { mode: chat, input: 1, output: 1 }\n", "*:3:*")]
    [InlineData("version: x\nproviders:\n  a:\n   models:\n", "*:4:*")]
    [InlineData("version: x\nproviders:\n  a:\n  a:\n", "*:4:*")]
    public void A_file_of_another_form_is_refused_with_its_line(string text, string message)
    {
        var load = () => PriceCatalog.Load(Encoding.UTF8.GetBytes(text));
        load.Should().Throw<FormatException>().WithMessage(message);
    }

    [Theory]
    [InlineData("{ mode: chat, input: 1 }", "*output*")]
    [InlineData("{ input: 1, output: 1 }", "*mode*")]
    [InlineData("{ mode: chat, input: 1, output: -1 }", "*between 0*")]
    [InlineData("{ mode: chat, input: 1, output: x }", "*'x' is no number*")]
    [InlineData("{ mode: chat, input: 1, outptu: 1 }", "*unknown key 'outptu'*")]
    [InlineData("{ mode: chatty, input: 1, output: 1 }", "*unknown mode 'chatty'*")]
    [InlineData("{ mode: chat, caps: [smell], input: 1, output: 1 }", "*unknown capability 'smell'*")]
    [InlineData("{ mode: chat, input: 1, output: 1", "*")]
    public void A_line_that_makes_no_sense_is_refused_with_its_model(string line, string message)
    {
        var catalog = PriceCatalog.Load(Encoding.UTF8.GetBytes($"version: x\nproviders:\n  a:\n    models:\n      m: {line}\n"));
        var find = () => catalog.Find("a", "m");
        find.Should().Throw<FormatException>().WithMessage(message).WithMessage("*a, m:*");
    }
}
