using System.Text;
using Gateway.Core.Usage;
using Gateway.Core.Wire.Rerank;

namespace Gateway.Tests.Usage;

/// <summary>What a reranking is billed by.</summary>
public class RerankUsageTests
{
    [Theory]
    [InlineData("""{"id":"x","results":[{"index":3,"relevance_score":0.9}],"meta":{"api_version":{"version":"2"},"billed_units":{"search_units":2}}}""", 0, 2)]
    [InlineData("""{"results":[],"meta":{"billed_units":{"search_units":1.5}}}""", 0, 2)]
    [InlineData("""{"model":"r","results":[],"usage":{"total_tokens":17,"cost":3.4e-7}}""", 17, 0)]
    [InlineData("""{"object":"list","data":[],"usage":{"total_tokens":43}}""", 43, 0)]
    public void Searches_and_tokens_are_read_where_providers_say_them(string body, long input, long calls)
    {
        RerankUsage.TryRead(Encoding.UTF8.GetBytes(body), out var usage, out var raw).Should().BeTrue();
        usage.Should().Be(new TokenUsage { Input = input, Calls = calls });
        raw.IsEmpty.Should().BeFalse();
    }

    [Theory]
    [InlineData("""{"results":[]}""")]
    [InlineData("""{"results":[],"meta":{}}""")]
    [InlineData("""{"results":[],"meta":{"billed_units":{"search_units":-1}}}""")]
    [InlineData("""{"results":[],"meta":{"billed_units":{"search_units":"1"}}}""")]
    [InlineData("""{"results":[],"usage":{"total_tokens":-1}}""")]
    [InlineData("""{"results":[],"usage":null}""")]
    public void What_cannot_be_is_no_usage(string body)
    {
        RerankUsage.TryRead(Encoding.UTF8.GetBytes(body), out var usage, out _).Should().BeTrue();
        usage.Should().BeNull();
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"results":"none"}""")]
    [InlineData("""{"results":[]""")]
    [InlineData("[]")]
    [InlineData("")]
    public void What_has_no_results_is_no_reranking(string body) => RerankUsage.TryRead(Encoding.UTF8.GetBytes(body), out _, out _).Should().BeFalse();
}
