namespace Gateway.Tests.Architecture;

/// <summary>A provider without tests does not ship: its folder in src has its twin in the tests.</summary>
public sealed class ProviderFolderTests
{
    private const string Source = "src/Gateway.Providers";
    private const string Tests = "tests/Gateway.Providers.Tests";

    [Fact]
    public void Every_provider_has_tests() => Untested(Repository.Files(Source, "*Provider.cs"), [.. Repository.Files(Tests, "*.cs")]).Should().BeEmpty();

    [Fact]
    public void An_untested_provider_is_seen() =>
        Untested([$"{Source}/Demo/DemoProvider.cs", $"{Source}/OpenAI/OpenAIProvider.cs"], [$"{Tests}/OpenAI/OpenAIProviderTests.cs", $"{Tests}/Support/Recording.cs"])
            .Should().Equal($"{Source}/Demo/DemoProvider.cs");

    private static IEnumerable<string> Untested(IEnumerable<string> providers, IReadOnlyList<string> tests) => providers
        .Where(p => !tests.Any(t => t.StartsWith($"{Tests}{Path.GetDirectoryName(p)![Source.Length..]}/", StringComparison.Ordinal)));
}
