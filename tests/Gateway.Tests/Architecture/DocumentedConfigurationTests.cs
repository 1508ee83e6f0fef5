using System.Text.RegularExpressions;
using Gateway.Config;
using Gateway.Providers;

namespace Gateway.Tests.Architecture;

/// <summary>What the pages and the load rig show as a configuration is one.</summary>
public sealed partial class DocumentedConfigurationTests
{
    private static readonly ProviderKind[] Kinds = [.. ProviderCatalog.All.Select(static p => ProviderKind.From(p.Manifest))];

    [Fact]
    public void Configurations_in_the_pages_are_valid()
    {
        var shown = Repository.Files("docs", "*.md").Append("README.md").SelectMany(static p => Blocks(Repository.Read(p)).Select(b => (Page: p, Yaml: b))).ToArray();
        shown.Should().NotBeEmpty();
        shown.SelectMany(static s => Errors(s.Page, s.Yaml)).Should().BeEmpty();
    }

    [Fact]
    public void The_load_rig_runs_a_valid_configuration() => Errors("bench/load/gateway.yaml", Repository.Read("bench/load/gateway.yaml")).Should().BeEmpty();

    [Fact]
    public void A_page_with_a_misspelt_key_is_seen() =>
        Blocks("```yaml\nproviders: [{ name: a, kind: openai, apikey: x }]\n```\n").SelectMany(static b => Errors("a.md", b)).Should().Contain(static e => e.Contains("apikey", StringComparison.Ordinal));

    /// <summary>Fenced YAML that has providers: a whole configuration, not a fragment.</summary>
    private static IEnumerable<string> Blocks(string page) =>
        Fenced().Matches(page).Select(static m => m.Groups[1].Value).Where(static b => b.StartsWith("providers:", StringComparison.Ordinal) || b.Contains("\nproviders:", StringComparison.Ordinal));

    private static IEnumerable<string> Errors(string page, string yaml)
    {
        var errors = new ErrorSink(page);
        var variables = Variable().Matches(yaml).Select(static m => m.Groups[1].Value).Distinct().ToDictionary(static n => n, static n => $"{n}-{new string('x', 40)}");
        new ConfigLoader(ConfigSource.Demo, new EnvironmentSource(variables), Kinds).Bind(yaml, errors, new EnvironmentSource(variables));
        return errors.InFileOrder().Select(static e => e.ToString());
    }

    [GeneratedRegex(@"^```yaml\r?\n([\s\S]*?)^```", RegexOptions.Multiline)]
    private static partial Regex Fenced();

    /// <summary>Without a default: those have to be set.</summary>
    [GeneratedRegex(@"\$\{(\w+)\}")]
    private static partial Regex Variable();
}
