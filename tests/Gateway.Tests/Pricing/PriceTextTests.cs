using Gateway.Config;
using Gateway.Core.Money;
using Gateway.Core.Usage;
using Gateway.Metering.Pricing;

namespace Gateway.Tests.Pricing;

public sealed class PriceTextTests
{
    [Fact]
    public void Every_price_of_the_catalogue_is_what_its_line_says()
    {
        var catalog = PriceCatalog.LoadEmbedded();
        foreach (var model in catalog.Kinds.SelectMany(catalog.Models))
        {
            var line = Line(model.Price);
            var read = PriceText.Parse(model.Price.Version, line);

            Line(read).Should().Be(line, model.Name);
            foreach (var usage in Usages)
                CostCalculator.Cost(read, usage).Should().Be(CostCalculator.Cost(model.Price, usage), $"{model.Name}: {line}");
            PriceText.Version(catalog.Version, line).Should().Be(model.Price.Version, model.Name);
        }
    }

    [Fact]
    public void Equal_prices_have_equal_versions_however_they_are_written()
    {
        var resolver = new PriceResolver(PriceCatalog.LoadEmbedded(), new PriceBook());

        var one = resolver.Resolve("openai", "x", new PriceConfig { Input = 0.50m, Output = 1.0m }, null)!;
        var same = resolver.Resolve("openai", "y", null, new PriceConfig { Input = 0.5m, Output = 1m })!;
        var other = resolver.Resolve("openai", "x", new PriceConfig { Input = 0.5m, Output = 1m, CacheRead = 0m }, null)!;

        same.Version.Should().Be(one.Version);
        other.Version.Should().NotBe(one.Version, "a free cache is a price, and none is not");
    }

    [Fact]
    public void The_book_has_every_price_that_was_given_out()
    {
        var book = new PriceBook();
        var price = new PriceResolver(PriceCatalog.LoadEmbedded(), book).Resolve("openai", "x", new PriceConfig { Input = 0.0375m, Output = 0.15m, CacheRead = 0.01875m }, null)!;

        book.TryGetLine(price.Version, out var line).Should().BeTrue();

        line.Should().Be("{ input: 0.0375, output: 0.15, cache_read: 0.01875 }");
        book.TryGetLine("config:000000000000", out _).Should().BeFalse();
    }

    [Theory]
    [InlineData("{ input: 1 }")]
    [InlineData("{ input: 1, output: 2, colour: 3 }")]
    [InlineData("{ input: one, output: 2 }")]
    [InlineData("input: 1, output: 2")]
    [InlineData("{ input: 1, output: 2")]
    public void Anything_else_is_no_price(string line) =>
        ((Action)(() => PriceText.Parse("v", line))).Should().Throw<Exception>().Which.Should().Match(e => e is FormatException || e is ArgumentException);

    private static TokenUsage[] Usages =>
    [
        new() { Input = 1001, Output = 77, CacheRead = 13, Reasoning = 5 },
        new() { Input = 300_000, Output = 77, CacheWrite = 13, CacheWriteHour = 17, Calls = 2 },
        new() { Input = 300_000, Output = 77, Tier = ServiceTier.Flex },
        new() { Input = 10, Output = 77, InputAudio = 3, InputImage = 4, OutputAudio = 5, OutputImage = 6, Tier = ServiceTier.Priority },
        new() { Input = 10, Output = 77, Tier = ServiceTier.Batch },
    ];

    private static string Line(ModelPrice price) => PriceText.Write(price.Rates, price.PerCall, price.Tiers);
}
