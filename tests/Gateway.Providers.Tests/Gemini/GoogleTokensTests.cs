using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Providers.Gemini;

namespace Gateway.Providers.Tests.Gemini;

/// <summary>What Google is told for an access token, and what it answers.</summary>
public sealed class GoogleTokensTests : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000);

    private readonly RSA _key = RSA.Create(2048);

    [Fact]
    public void An_assertion_says_who_asks_for_what_and_is_signed_by_its_key()
    {
        var form = Tokens().Form(Now);

        const string Before = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=";
        form.Should().StartWith(Before);
        var parts = form[Before.Length..].Split('.');
        JsonNode.DeepEquals(Json(parts[0]), JsonNode.Parse("""{"alg":"RS256","typ":"JWT","kid":"k1"}""")).Should().BeTrue();
        JsonNode.DeepEquals(Json(parts[1]), JsonNode.Parse("""
            {"iss":"a@b.example","scope":"https://www.googleapis.com/auth/cloud-platform","aud":"https://oauth2.example/token","iat":1790000000,"exp":1790003600}
            """)).Should().BeTrue();
        _key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).Should().BeTrue();
    }

    [Theory]
    [InlineData("""{"access_token":"ya29.x","expires_in":3599,"token_type":"Bearer"}""", 3599)]
    [InlineData("""{"access_token":"ya29.x"}""", 3600)]
    [InlineData("""{"access_token":"ya29.x","expires_in":-5}""", 0)]
    public void An_answer_has_the_token_and_how_long_it_is_good(string body, int seconds)
    {
        var read = Tokens().Read(200, Encoding.UTF8.GetBytes(body));

        read.Value.Should().Be(new AccessToken("ya29.x", TimeSpan.FromSeconds(seconds)));
        read.Value!.ToString().Should().NotContain("ya29");
    }

    [Theory]
    [InlineData(400, """{"error":"invalid_grant","error_description":"Invalid JWT Signature."}""", "it answered 400, Invalid JWT Signature.")]
    [InlineData(200, "{}", "it answered 200")]
    [InlineData(200, """{"access_token":"a\r\nb"}""", "it answered 200")]
    [InlineData(503, "<html>", "it answered 503")]
    public void Without_a_token_it_is_a_bad_upstream(int status, string body, string message)
    {
        var error = Tokens().Read(status, Encoding.UTF8.GetBytes(body)).Error!;

        error.Kind.Should().Be(ErrorKind.BadUpstream);
        error.Message.Should().Contain(message);
    }

    public void Dispose() => _key.Dispose();

    private GoogleTokens Tokens() => GoogleTokens.From(new ProviderSecrets(null, null, null, null)
    {
        Account = new ServiceAccount("a@b.example", "k1", _key.ExportPkcs8PrivateKeyPem(), new Uri("https://oauth2.example/token")),
    })!;

    private static JsonNode? Json(string base64) => JsonNode.Parse(Base64Url.DecodeFromChars(base64));
}
