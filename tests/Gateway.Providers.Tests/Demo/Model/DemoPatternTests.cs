using System.Text.RegularExpressions;
using Gateway.Providers.Demo.Model;

namespace Gateway.Providers.Tests.Demo.Model;

public sealed class DemoPatternTests
{
    [Theory]
    [InlineData("^abc$")]
    [InlineData("^[a-z]+$")]
    [InlineData("^[^a-z0-9]{3}$")]
    [InlineData(@"^\d{3}-\d{4}$")]
    [InlineData(@"^\+?[1-9]\d{1,14}$")]
    [InlineData(@"^\w+@\w+\.(com|org)$")]
    [InlineData("^(?:[a-f0-9]{2}:){5}[a-f0-9]{2}$")]
    [InlineData("^(?<year>20[0-9]{2})-(0[1-9]|1[0-2])$")]
    [InlineData("^[A-Z]{3}$|^[0-9]{5}$")]
    [InlineData(@"^\S+\s\S+$")]
    [InlineData(@"^[\w.-]{4,8}$")]
    [InlineData(@"\bword\b")]
    [InlineData(@"^\x41\u0042\/\.$")]
    [InlineData("^a*b+?c??$")]
    [InlineData("^(a(b(c){2}){2}){2}$")]
    [InlineData("^.{5,}$")]
    [InlineData("^[-+]?[0-9]+$")]
    [InlineData("")]
    public void A_sample_matches_its_pattern(string pattern)
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var sample = DemoPattern.Sample(pattern, new DemoDice(seed, 0, pattern), 0, int.MaxValue);
            sample.Should().NotBeNull();
            Regex.IsMatch(sample!, pattern, RegexOptions.ECMAScript | RegexOptions.None, TimeSpan.FromSeconds(2)).Should().BeTrue($"'{sample}' must match");
        }
    }

    [Theory]
    [InlineData("(?=a)b")]
    [InlineData("(?<!a)b")]
    [InlineData(@"(a)\1")]
    [InlineData(@"\p{L}")]
    [InlineData("a{3")]
    [InlineData("a{3,2}")]
    [InlineData("(a")]
    [InlineData("a)")]
    [InlineData("[a")]
    [InlineData("[]")]
    [InlineData("[z-a]")]
    [InlineData("*a")]
    [InlineData(@"a\")]
    [InlineData("a{999999999}")]
    [InlineData("((((a{50}){50}){50}){50}){50}")]
    [InlineData("(((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((a")]
    [InlineData(@"^[\uD800-\uDFFF]$")]
    public void What_is_beyond_it_is_said(string pattern) => DemoPattern.Sample(pattern, new DemoDice(0, 0, pattern), 0, int.MaxValue).Should().BeNull();

    [Theory]
    [InlineData("^[a-z]+$", 30, 40)]
    [InlineData("^[a-z]*$", 0, 0)]
    [InlineData("^[a-z]{2,}$", 2, 2)]
    [InlineData("^ab?c*$", 1, 1)]
    public void The_length_is_met(string pattern, int least, int most) =>
        DemoPattern.Sample(pattern, new DemoDice(0, 0, ""), least, most)!.Length.Should().BeInRange(least, most);
}
