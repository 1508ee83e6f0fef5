using System.Text;
using Gateway.PassThrough;

namespace Gateway.Tests.PassThrough;

/// <summary>Whatever a server makes of a path that passed, it stays below the provider's base_url (reliability S26).</summary>
public sealed class PassPathTests
{
    private const string Base = "https://api.example.com/v1/";

    [Theory]
    [InlineData("/pass/up/chat/completions", "https://api.example.com/v1/chat/completions")]
    [InlineData("/pass/up/chat/completions?a=%2e%2e/..;x&b", "https://api.example.com/v1/chat/completions?a=%2e%2e/..;x&b")]
    [InlineData("/pass/up/models/gemini-2.5:generateContent?alt=sse", "https://api.example.com/v1/models/gemini-2.5:generateContent?alt=sse")]
    [InlineData("/pass/up/model/a.b-v1%3A0/invoke", "https://api.example.com/v1/model/a.b-v1%3A0/invoke")]
    [InlineData("/pass/up/files/%C3%BC%20...txt/~x!$&'()*+,=@", "https://api.example.com/v1/files/%C3%BC%20...txt/~x!$&'()*+,=@")]
    [InlineData("/pass/up/v1/messages", "https://api.example.com/v1/messages")]   // as the vendor's client writes it
    [InlineData("/pass/up/v2/messages", "https://api.example.com/v1/v2/messages")]
    [InlineData("/pass/up/v1", "https://api.example.com/v1/v1")]
    public void A_path_of_names_goes_below_the_base_as_it_was_written(string target, string address)
    {
        var read = PassPath.Read(target);

        read.Error.Should().BeNull();
        read.Value!.Provider.Should().Be("up");
        var below = read.Value.Below(Base);
        (below.GetLeftPart(UriPartial.Authority) + below.PathAndQuery).Should().Be(address);
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("%2e%2e")]
    [InlineData("%2E.")]
    [InlineData("%252e%252e")]
    [InlineData("..;")]
    [InlineData("..;a=b")]
    [InlineData("a%3b")]
    [InlineData("a\\b")]
    [InlineData("%5c..")]
    [InlineData("..%2f..")]
    [InlineData("..%20")]
    [InlineData("%20..%20.")]
    [InlineData("a%00")]
    [InlineData("a%0d%0aX-Evil:1")]
    [InlineData("a%7f")]
    [InlineData("%c0%ae%c0%ae")]
    [InlineData("%ff")]
    [InlineData("%C3")]
    [InlineData("%EF%BC%8E%EF%BC%8E")]
    [InlineData("%E2%80%A5")]
    [InlineData("a%E2%88%95b")]
    [InlineData("a%C2%85")]
    [InlineData("a%3fb")]
    [InlineData("a%23b")]
    [InlineData("a#b")]
    [InlineData("a%")]
    [InlineData("a%2")]
    [InlineData("a%zz")]
    [InlineData("a%u002e")]
    [InlineData("a b")]
    [InlineData("ä")]
    [InlineData("a|b")]
    [InlineData("a\tb")]
    public void A_part_that_some_server_reads_otherwise_is_refused_wherever_it_stands(string segment)
    {
        foreach (var target in new[] { $"/pass/up/{segment}/x", $"/pass/up/x/{segment}", $"/pass/up/x/{segment}/y?q", $"/pass/{segment}/x" })
            PassPath.Read(target).IsOk.Should().BeFalse(target);
    }

    [Theory]
    [InlineData("http://other.example/pass/up/x")]
    [InlineData("//other.example/pass/up/x")]
    [InlineData("/x/../pass/up/x")]
    [InlineData("/Pass/up/x")]
    [InlineData("/pass//x")]
    [InlineData("/pass/up")]
    [InlineData("/pass/up/")]
    [InlineData("/pass/up/x/")]
    [InlineData("*")]
    [InlineData("")]
    [InlineData("/pass/up/x?a b")]
    [InlineData("/pass/up/x?a#b")]
    [InlineData("/pass/up/@evil.example//x")]
    public void Other_forms_of_a_target_are_refused(string target) => PassPath.Read(target).IsOk.Should().BeFalse();

    /// <summary>Encodings of hostile pieces, put together by chance: either refused, or below the base for every way to decode them.</summary>
    [Fact]
    public void Whatever_passes_stays_below_the_base_however_often_it_is_decoded_and_whatever_separates_parts()
    {
        string[] pieces = [".", "..", "/", "\\", "%2e", "%2E", "%2f", "%5C", "%252e", "%c0%af", "%EF%BC%8F", ";", "%3b", "a", "b%20c", "%C3%A4", ":", "@", "%40", "?", "%00", " ", "%", "2e", "v1", "%E2%80%A4"];
        var random = new Random(20261122);
        var passed = 0;
        for (var i = 0; i < 200_000; i++)
        {
            var target = new StringBuilder("/pass/up/");
            for (var n = random.Next(1, 7); n > 0; n--) target.Append(pieces[random.Next(pieces.Length)]);
            if (PassPath.Read(target.ToString()) is not { IsOk: true, Value: { } read }) continue;
            passed++;
            var uri = read.Below(Base);
            uri.Host.Should().Be("api.example.com");
            foreach (var seen in Readings(uri.AbsolutePath)) Resolve(seen).Should().StartWith("/v1/", $"{target} is seen as {seen}");
        }

        passed.Should().BeGreaterThan(1000, "the test must see paths that pass");
    }

    [Fact]
    public void The_property_sees_a_path_that_leaves() => Readings("/v1/%252e%252e%5cx").Select(Resolve).Should().Contain("/x");

    /// <summary>As it is, decoded once, twice and three times; each with compatible forms folded, backslashes as slashes, and parts cut at semicolons.</summary>
    private static IEnumerable<string> Readings(string path)
    {
        for (var i = 0; i < 4; i++, path = Uri.UnescapeDataString(path))
            foreach (var folded in new[] { path, path.Replace('\uFF0F', '/').Replace('\uFF0E', '.').Replace('\u2024', '.') })
                foreach (var slashed in new[] { folded, folded.Replace('\\', '/') })
                    foreach (var cut in new[] { slashed, string.Join('/', slashed.Split('/').Select(static s => s.Split(';')[0])) })
                        foreach (var trimmed in new[] { cut, string.Join('/', cut.Split('/').Select(static s => s.Trim(' '))) })
                            yield return trimmed;
    }

    private static string Resolve(string path)
    {
        var parts = new List<string>();
        foreach (var part in path.Split('?')[0].Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".." && parts.Count > 0) parts.RemoveAt(parts.Count - 1);
            else if (part is not ("." or "..")) parts.Add(part);
        }

        return "/" + string.Join('/', parts);
    }
}
