using System.Globalization;
using Gateway.Core.Money;
using Gateway.Core.Usage;
using Gateway.Metering.Pricing;
using YamlDotNet.RepresentationModel;

namespace Gateway.Tests.Pricing;

/// <summary>The catalogue is read by a small reader of our own, for the sake of the start-up time; here a full YAML parser has to find the same in it.</summary>
public sealed class CatalogIsYamlTests
{
    [Fact]
    public void A_full_yaml_parser_reads_the_same_models_and_prices()
    {
        var catalog = PriceCatalog.LoadEmbedded();
        using var stream = typeof(PriceCatalog).Assembly.GetManifestResourceStream(PriceCatalog.ResourceName)!;
        using var reader = new StreamReader(stream);
        var yaml = new YamlStream();
        yaml.Load(reader);
        var root = (YamlMappingNode)yaml.Documents[0].RootNode;
        ((YamlScalarNode)root["version"]).Value.Should().Be(catalog.Version);
        var providers = (YamlMappingNode)root["providers"];
        providers.Children.Keys.Select(static k => ((YamlScalarNode)k).Value).Should().Equal(catalog.Kinds);
        foreach (var (kind, provider) in providers)
        {
            ((YamlScalarNode)provider["source"]).Value.Should().NotBeNullOrEmpty();
            var models = (YamlMappingNode)provider["models"];
            models.Children.Select(static m => Describe(((YamlScalarNode)m.Key).Value!, (YamlMappingNode)m.Value))
                .Should().Equal(catalog.Models(((YamlScalarNode)kind).Value!).Select(Describe));
        }
    }

    private static string Describe(string name, YamlMappingNode model) => name + ": " + string.Join(" ", model.Children
        .Select(static field => $"{field.Key}={Text(field.Value)}").Order(StringComparer.Ordinal));

    private static string Text(YamlNode node) => node switch
    {
        YamlMappingNode map => "(" + string.Join(" ", map.Children.Select(static f => $"{f.Key}={Text(f.Value)}").Order(StringComparer.Ordinal)) + ")",
        YamlSequenceNode list => string.Join("+", list.Children.Select(static i => i.ToString()).Order(StringComparer.Ordinal)),
        _ => node.ToString(),
    };

    private static string Describe(CatalogModel model)
    {
        var fields = Rates(new PriceRates
        {
            Input = model.Price.Input,
            Output = model.Price.Output,
            CacheRead = model.Price.CacheRead,
            CacheWrite = model.Price.CacheWrite,
            CacheWriteHour = model.Price.CacheWriteHour,
            Reasoning = model.Price.Reasoning,
            InputAudio = model.Price.InputAudio,
            OutputAudio = model.Price.OutputAudio,
            InputImage = model.Price.InputImage,
            OutputImage = model.Price.OutputImage,
        }).ToList();
        fields.Add($"mode={model.Mode.ToString().ToLowerInvariant()}");
        if (model.ContextWindow is { } context)
            fields.Add($"context={context}");
        if (model.MaxOutput is { } output)
            fields.Add($"max_output={output}");
        if (model.Price.PerCall != 0)
            fields.Add($"call={Text(model.Price.PerCall)}");
        if (model.Capabilities != CatalogCapabilities.None)
            fields.Add("caps=" + string.Join("+", model.Capabilities.ToString().Split(", ").Select(static c => c == "JsonSchema" ? "json_schema" : c.ToLowerInvariant()).Order(StringComparer.Ordinal)));
        foreach (var tier in model.Price.Tiers)
        {
            var over = tier.Over > 0 ? $"over_{tier.Over / 1000}k" : "";
            var served = tier.Tier == ServiceTier.Standard ? "" : tier.Tier.ToString().ToLowerInvariant();
            fields.Add($"{served}{(served != "" && over != "" ? "_" : "")}{over}=({string.Join(" ", Rates(tier.Rates).Order(StringComparer.Ordinal))})");
        }

        return model.Name + ": " + string.Join(" ", fields.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Rates(PriceRates rates) =>
        new (string Name, decimal? Rate)[]
        {
            ("input", rates.Input), ("output", rates.Output), ("cache_read", rates.CacheRead), ("cache_write", rates.CacheWrite),
            ("cache_write_hour", rates.CacheWriteHour), ("reasoning", rates.Reasoning), ("input_audio", rates.InputAudio),
            ("output_audio", rates.OutputAudio), ("input_image", rates.InputImage), ("output_image", rates.OutputImage),
        }.Where(static r => r.Rate is not null).Select(static r => $"{r.Name}={Text(r.Rate!.Value)}");

    private static string Text(decimal number) => number.ToString("0.##########", CultureInfo.InvariantCulture);
}
