using Gateway.Config;
using Gateway.Core.Money;
using Gateway.Core.Providers;
using Gateway.Core.Wire.OpenAI;
using Gateway.Metering.Pricing;

namespace Gateway.Tests.Pricing;

public sealed class PriceResolverTests
{
    private static readonly PriceCatalog Catalog = PriceCatalog.LoadEmbedded();
    private static readonly PriceResolver Resolver = new(Catalog, new PriceBook());
    private static readonly PriceConfig Target = new() { Input = 1, Output = 2, CacheRead = 0.5m, CacheWrite = 3, Reasoning = 4 };
    private static readonly PriceConfig Model = new() { Input = 10, Output = 20 };

    [Fact]
    public void The_targets_price_wins_over_the_models_and_that_over_the_catalogue()
    {
        Resolver.Resolve("openai", "gpt-4o", Target, Model)!.Input.Should().Be(1);
        Resolver.Resolve("openai", "gpt-4o", null, Model)!.Input.Should().Be(10);
        Resolver.Resolve("openai", "gpt-4o", null, null)!.Input.Should().Be(2.5m);
    }

    [Fact]
    public void A_configured_price_carries_its_classes_and_says_where_it_is_from()
    {
        var price = Resolver.Resolve("openai", "gpt-4o", Target, null)!;
        (price.Version[..7], price.Output, price.CacheRead, price.CacheWrite, price.Reasoning).Should().Be(("config:", 2m, 0.5m, 3m, 4m));
        CostCalculator.Cost(price, new() { CacheWriteHour = 1_000_000 }).Should().Be(NanoUsd.FromDollars(3), "a class without a rate takes the nearest one");
    }

    [Fact]
    public void A_listed_price_carries_the_catalogues_date() => Resolver.Resolve("openai", "gpt-4o", null, null)!.Version.Should().StartWith(Catalog.Version + ":");

    [Theory]
    [InlineData("openai-compatible", "gpt-4o")]
    [InlineData("vllm", "meta-llama/Llama-3.3-70B-Instruct")]
    [InlineData("openai", "a-model-of-tomorrow")]
    public void What_nobody_prices_is_unpriced_and_not_free(string kind, string model) => Resolver.Resolve(kind, model, null, null).Should().BeNull();

    [Theory]
    [InlineData(12, 1, 303, 11, 290, 1_466_250)]
    [InlineData(12, 1, 241, 2, 228, 1_176_500)]
    [InlineData(291, 26, 513, 290, 196, 1_330_500)]
    [InlineData(291, 26, 506, 244, 189, 1_399_000)]
    public void A_recorded_xai_answer_costs_what_xai_says_it_costs(int prompt, int completion, int total, int cached, int reasoning, long ticks)
    {
        // xAI reports the price of an answer itself, in ten-billionths of a dollar: an invoice to check reading, catalogue and arithmetic against at once.
        var json = $$$"""{"prompt_tokens":{{{prompt}}},"completion_tokens":{{{completion}}},"total_tokens":{{{total}}},"prompt_tokens_details":{"cached_tokens":{{{cached}}}},"completion_tokens_details":{"reasoning_tokens":{{{reasoning}}}}}""";
        OpenAIUsage.TryRead(System.Text.Encoding.UTF8.GetBytes(json), InferenceEndpoint.ChatCompletions, out var usage).Should().BeTrue();
        CostCalculator.Cost(Resolver.Resolve("xai", "grok-3-mini", null, null)!, usage).Should().Be(new NanoUsd(ticks / 10));
    }

    [Fact]
    public void A_price_of_zero_is_a_price()
    {
        var price = Resolver.Resolve("vllm", "own", new PriceConfig { Input = 0, Output = 0 }, null);
        CostCalculator.Cost(price!, new() { Input = 100, Output = 100 }).Should().Be(NanoUsd.Zero);
    }
}
