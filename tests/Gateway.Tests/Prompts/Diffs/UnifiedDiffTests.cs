using System.Globalization;
using Gateway.Config;
using Gateway.Prompts.Diffs;

namespace Gateway.Tests.Prompts.Diffs;

public sealed class UnifiedDiffTests
{
    [Fact]
    public void What_is_the_same_has_no_difference() => UnifiedDiff.Of(["a", "b"], ["a", "b"], "x", "y").Should().BeEmpty();

    [Fact]
    public void A_change_stands_between_three_lines_that_stay()
    {
        string[] before = ["1", "2", "3", "4", "5", "6", "7", "8"];
        string[] after = ["1", "2", "3", "4", "five", "6", "7", "8"];

        UnifiedDiff.Of(before, after, "p@1", "p@2").Should().Be("--- p@1\n+++ p@2\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
    }

    [Theory]
    [InlineData(6, 1)]
    [InlineData(7, 2)]
    public void Changes_that_are_near_each_other_are_one_piece(int between, int pieces)
    {
        var same = Enumerable.Range(0, between).Select(static i => $"s{i}").ToArray();

        var diff = UnifiedDiff.Of(["a", .. same, "b"], ["A", .. same, "B"], "x", "y");

        diff.Split('\n').Count(static l => l.StartsWith("@@", StringComparison.Ordinal)).Should().Be(pieces);
    }

    [Fact]
    public void What_comes_to_nothing_and_goes_to_nothing_is_named_by_the_line_before()
    {
        UnifiedDiff.Of([], ["a"], "x", "y").Should().Be("--- x\n+++ y\n@@ -0,0 +1,1 @@\n+a\n");
        UnifiedDiff.Of(["a"], [], "x", "y").Should().Be("--- x\n+++ y\n@@ -1,1 +0,0 @@\n-a\n");
    }

    [Fact]
    public void Whoever_applies_a_difference_has_the_other_text()
    {
        var random = new Random(20261122);
        for (var round = 0; round < 500; round++)
        {
            var before = Text(random);
            var after = random.Next(4) == 0 ? Text(random) : [.. before.Where(_ => random.Next(5) > 0).SelectMany(l => random.Next(5) == 0 ? new[] { l, "new" } : [l])];

            Apply(before, UnifiedDiff.Of(before, after, "x", "y")).Should().Equal(after, $"round {round}");
        }
    }

    /// <summary>A table of 10,000 × 10,000 pairs is not made.</summary>
    [Fact]
    public void Long_texts_go_and_come_as_a_whole()
    {
        var before = Enumerable.Range(0, 10_000).Select(static i => i == 5_000 ? "same" : $"b{i}").Prepend("head").Append("tail").ToList();
        var after = Enumerable.Range(0, 10_000).Select(static i => i == 5_000 ? "same" : $"a{i}").Prepend("head").Append("tail").ToList();

        var edits = LineDiff.Of(before, after);

        edits.Select(static e => e.Kind).Should().Equal([' ', .. Enumerable.Repeat('-', 10_000), .. Enumerable.Repeat('+', 10_000), ' ']);
    }

    [Fact]
    public void A_version_is_text_for_people()
    {
        var version = new PromptVersionConfig
        {
            Version = 1,
            Variables =
            [
                new() { Name = "tone", Type = PromptVariableType.Enum, Values = ["warm", "plain"], Default = new("\"plain\""u8.ToArray()) },
                new() { Name = "facts", Type = PromptVariableType.List, MaxLength = 3, IsRequired = true },
            ],
            Messages = [new("system", "Be {{tone}}.\r\n{{> end}}"), new("user", "")],
            Partials = new Dictionary<string, string> { ["end"] = "Bye." },
        };

        PromptText.Of(version).Should().Equal(
            "[system]", "Be {{tone}}.", "{{> end}}", "[user]", "", "[partial end]", "Bye.", "[variables]", "tone: enum of warm, plain, optional, by default \"plain\"", "facts: list, at most 3, required");
    }

    private static string[] Text(Random random) => [.. Enumerable.Range(0, random.Next(30)).Select(_ => random.Next(6).ToString(CultureInfo.InvariantCulture))];

    private static List<string> Apply(string[] before, string diff)
    {
        var (after, at) = (new List<string>(), 0);
        foreach (var line in diff.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(2))
        {
            if (line.StartsWith("@@", StringComparison.Ordinal))
            {
                var range = line.Split(' ')[1][1..].Split(',');
                var start = int.Parse(range[0], CultureInfo.InvariantCulture) - (range[1] == "0" ? 0 : 1);
                after.AddRange(before[at..start]);
                at = start;
                continue;
            }

            if (line[0] != '+') before[at++].Should().Be(line[1..]);
            if (line[0] != '-') after.Add(line[1..]);
        }

        after.AddRange(before[at..]);
        return after;
    }
}
