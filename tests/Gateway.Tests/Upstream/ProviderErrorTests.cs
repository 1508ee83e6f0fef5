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

    /// <summary>FastAPI's, which vLLM, Mistral and others have; Mistral puts it into <c>message</c>.</summary>
    [Theory]
    [InlineData("""{"detail":[{"type":"extra_forbidden","loc":["body","messages",1,"user","content"],"msg":"Extra inputs are not permitted","input":{"a":[1]}},{"loc":["body","x"],"msg":"second"}]}""", "messages[1].user.content")]
    [InlineData("""{"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","foo"],"msg":"Extra inputs are not permitted"}]},"type":"invalid_request_error","param":null,"code":null,"raw_status_code":422}""", "foo")]
    [InlineData("""{"error":{"message":{"detail":[{"msg":"Extra inputs are not permitted","loc":["body"]}]}}}""", null)]
    [InlineData("""{"detail":[{"msg":"Extra inputs are not permitted","loc":{"x":1}}]}""", null)]
    public void A_list_of_what_is_wrong_is_told_by_its_first(string body, string? param)
    {
        var error = ProviderError.Read(Encoding.UTF8.GetBytes(body));

        error.Message.Should().Be("Extra inputs are not permitted");
        error.Param.Should().Be(param);
        error.IsJson.Should().BeTrue();
    }

    [Theory]
    [InlineData("""{"detail":[]}""")]
    [InlineData("""{"detail":[[{"msg":"a"}]]}""")]
    [InlineData("""{"message":{"detail":{"msg":"a"}}}""")]
    [InlineData("""{"message":[{"msg":5,"loc":[[],"a"]}],"detail":{}}""")]
    public void A_list_in_another_shape_says_nothing(string body) => ProviderError.Read(Encoding.UTF8.GetBytes(body)).Should().Be(new ProviderError(true, null, null, null));
}
