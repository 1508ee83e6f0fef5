using Gateway.Providers;

namespace Gateway.Tests.Architecture;

/// <summary>A provider without tests does not ship: a test names its kind, and what it translates has reviewed golden answers.</summary>
public sealed class ProviderTests
{
    private const string Tests = "tests/Gateway.Providers.Tests";

    [Fact]
    public void Every_provider_of_the_catalogue_is_tested()
    {
        var golden = Repository.Files($"{Tests}/Golden", "*").ToArray();
        var named = Repository.Tests.Where(static f => f.IsIn(Tests)).SelectMany(static f => f.Strings).Select(static s => s.Text).ToHashSet();
        ProviderCatalog.All.SelectMany(p => Missing(p.Manifest.Kind, p.Manifest.Translators.Count > 0, golden, named)).Should().BeEmpty();
    }

    [Fact]
    public void An_untested_provider_is_seen()
    {
        string[] golden = [$"{Tests}/Golden/demo/chat.json"];
        Missing("demo", true, golden, ["demo"]).Should().BeEmpty();
        Missing("openai", false, golden, ["openai"]).Should().BeEmpty();
        Missing("gemini", true, golden, ["gemini"]).Should().Equal("gemini: no golden answers");
        Missing("groq", false, golden, []).Should().Equal("groq: no test names it");
    }

    private static IEnumerable<string> Missing(string kind, bool translates, IReadOnlyList<string> golden, HashSet<string> named)
    {
        if (!named.Contains(kind))
            yield return $"{kind}: no test names it";
        if (translates && !golden.Any(g => g.StartsWith($"{Tests}/Golden/{kind}/", StringComparison.Ordinal)))
            yield return $"{kind}: no golden answers";
    }
}
