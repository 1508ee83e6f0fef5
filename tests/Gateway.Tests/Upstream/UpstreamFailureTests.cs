using System.Text;
using Gateway.Core.Errors;
using Gateway.Tests.Support;
using Gateway.Upstream;

namespace Gateway.Tests.Upstream;

/// <summary>What a client learns of a provider's failure.</summary>
public sealed class UpstreamFailureTests
{
    [Theory]
    [InlineData("<html>\r\n<h1>502 Bad Gateway</h1></html>", "\"<html>\\r\\n<h1>502 Bad Gateway</h1></html>\"")]
    [InlineData("upstream connect error", "\"upstream connect error\"")]
    [InlineData("{\"error\":\"x\"}", "{\"error\":\"x\"}")]
    [InlineData("{\"error\":\"cut", null)]
    [InlineData("a text with an escape: \\u0073k-", null)]
    [InlineData(" ", null)]
    public void A_page_of_a_proxy_is_told_as_text(string body, string? told) => Provider(Failed(Encoding.UTF8.GetBytes(body))).Should().Be(told);

    [Fact]
    public void Of_a_long_page_the_beginning_is_told_in_whole_characters()
    {
        var told = Provider(Failed(Encoding.UTF8.GetBytes(new string('é', 5000))))!;
        told.Trim('"').Should().Be(new string('é', 1024));
    }

    [Theory]
    [InlineData("""{"error":{"message":"filtered","status":400,"code":"content_filter"}}""", ErrorKind.UpstreamRejected, 400)]
    [InlineData("""{"error":{"message":"slow down","code":429}}""", ErrorKind.RateLimited, 429)]
    [InlineData("""{"error":{"message":"gone","code":502}}""", ErrorKind.BadUpstream, 502)]
    [InlineData("""{"error":{"message":"odd","code":7}}""", ErrorKind.BadUpstream, null)]
    [InlineData("""{"error":{"message":"odd","code":1e400}}""", ErrorKind.BadUpstream, null)]
    [InlineData("""{"error":{"message":"plain"}}""", ErrorKind.BadUpstream, null)]
    public void An_error_under_status_200_is_taken_at_the_status_it_names(string body, ErrorKind kind, int? status)
    {
        var error = UpstreamFailure.InStream(Encoding.UTF8.GetBytes(body), Models.Provider());
        error.Kind.Should().Be(kind);
        error.UpstreamStatus.Should().Be(status);
    }

    [Fact]
    public void What_a_provider_says_in_its_stream_is_told_in_full_and_the_rest_is_missing()
    {
        UpstreamFailure.InStream("""{"error":{"message":"x"}}"""u8, Models.Provider()).IsStated.Should().BeTrue();
        UpstreamFailure.InStream(new GatewayError(ErrorKind.BadUpstream, "x") { ProviderBody = "{}"u8.ToArray() }, Models.Provider()).IsStated.Should().BeTrue();
        UpstreamFailure.InStream(new GatewayError(ErrorKind.BadUpstream, "unreadable"), Models.Provider()).IsStated.Should().BeFalse();
        UpstreamFailure.Unfinished("x").IsStated.Should().BeFalse();
    }

    [Theory]
    [InlineData(401, 502, 401)]
    [InlineData(500, 502, 500)]
    [InlineData(529, 502, 529)]
    [InlineData(404, 404, 404)]
    [InlineData(302, 502, 502)]
    public void The_status_is_ours_or_theirs_as_the_operator_wants(int theirs, int mapped, int kept)
    {
        using var reply = new UpstreamReply(theirs, Stream.Null, null);
        var error = UpstreamFailure.Of(reply, "{}"u8, Models.Provider(), null);
        error.Status.Should().Be(mapped);
        (error with { KeepsStatus = true }).Status.Should().Be(kept);
    }

    private static GatewayError Failed(byte[] body)
    {
        using var reply = new UpstreamReply(502, Stream.Null, null);
        return UpstreamFailure.Of(reply, body, Models.Provider(), null);
    }

    private static string? Provider(GatewayError error) => error.ProviderBody is { } body ? Encoding.UTF8.GetString(body.Span) : null;
}
