using System.Text;
using Gateway.Upstream;

namespace Gateway.Tests.Upstream;

/// <summary>What of a provider's error body reaches a client.</summary>
public class ProviderErrorTests
{
    private static readonly ReadOnlyMemory<byte>[] Secrets = ["another"u8.ToArray(), Encoding.UTF8.GetBytes("sk-CANARY+prov/aaaa"), default];

    [Theory]
    [InlineData("""{"error":{"message":"bad key sk-CANARY+prov/aaaa"}}""")]
    [InlineData("""{"error":{"message":"bad key sk-CANARY\u002bprov/aaaa"}}""")]
    [InlineData("""{"error":{"message":"bad key sk-CANARY+prov\/aaaa"}}""")]
    [InlineData("""{"a":[{"sk-CANARY\u002bprov\/aaaa":1}]}""")]
    [InlineData("sk-CANARY+prov/aaaa, said the page")]
    public void A_body_that_quotes_our_credential_is_kept_back(string body) =>
        ProviderError.CanBeShown(Encoding.UTF8.GetBytes(body), Secrets).Should().BeFalse();

    [Theory]
    [InlineData("""{"error":{"message":"bad","x":"\ud800"}}""")]
    [InlineData("""{"\udc00":1}""")]
    public void Half_a_surrogate_pair_cannot_be_written_again(string body) =>
        ProviderError.CanBeShown(Encoding.UTF8.GetBytes(body), Secrets).Should().BeFalse();

    [Fact]
    public void Bytes_that_are_no_text_are_kept_back() =>
        ProviderError.CanBeShown([.. "{\"a\":\""u8, 0xC3, 0x28, .. "\"}"u8], []).Should().BeFalse();

    [Theory]
    [InlineData("""{"error":{"message":"caf\u00e9 \ud83d\ude42 \/"}}""")]
    [InlineData("""{"error":"plain"}""")]
    [InlineData("<html>down</html>")]
    public void Anything_else_is_shown(string body) =>
        ProviderError.CanBeShown(Encoding.UTF8.GetBytes(body), Secrets).Should().BeTrue();
}
