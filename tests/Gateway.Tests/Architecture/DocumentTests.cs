using System.Text.RegularExpressions;

namespace Gateway.Tests.Architecture;

/// <summary>Pages stay as short as promised, and their links lead somewhere.</summary>
public sealed partial class DocumentTests
{
    private const int OneScreen = 60;

    private static IEnumerable<string> Pages => Repository.Files("docs", "*.md").Concat(["README.md", "AGENTS.md", "CHANGELOG.md"]);

    [Fact]
    public void The_guide_for_contributors_fits_in_100_lines() => Repository.Read("AGENTS.md").Split('\n').Length.Should().BeLessThanOrEqualTo(101);

    [Fact]
    public void A_decision_has_a_date_and_fits_on_one_screen() => Repository.Files("docs/decisions", "*.md").Should()
        .OnlyContain(static p => DatedName().IsMatch(p) && Repository.Read(p).Split('\n').Length <= OneScreen);

    [Fact]
    public void Links_between_pages_lead_somewhere() => Pages.SelectMany(static p => Dead(p, Repository.Read(p))).Should().BeEmpty();

    [Fact]
    public void A_dead_link_is_seen() => Dead("docs/a.md", "[ok](../LICENSE#use) [web](https://example.org) [gone](nowhere.md)\n```\n[code](nowhere.md)\n```\n")
        .Should().Equal("docs/a.md: nowhere.md");

    private static IEnumerable<string> Dead(string path, string text) => Link().Matches(Fenced().Replace(text, ""))
        .Select(static m => m.Groups[1].Value.Split('#')[0])
        .Where(target => target.Length > 0 && !target.Contains("://", StringComparison.Ordinal)
            && !Path.Exists(Path.Combine(Repository.Root, Path.GetDirectoryName(path)!, target)))
        .Select(target => $"{path}: {target}");

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^```[\s\S]*?^```", RegexOptions.Multiline)]
    private static partial Regex Fenced();

    [GeneratedRegex(@"/\d{4}-\d{2}-\d{2}-[a-z0-9-]+\.md$")]
    private static partial Regex DatedName();
}
