using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gateway.Core.Providers;
using Gateway.Providers.Bedrock;

namespace Gateway.Providers.Tests.Bedrock;

/// <summary>Signature Version 4. The first expectations are AWS's published examples, the others what AWS's SDK for .NET (AWSSDK.Core 4.0.102.16, AWS4Signer) makes of the same requests.</summary>
public sealed class AwsSignatureTests
{
    private const string Id = "AKIDEXAMPLE";

    private const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    private static readonly DateTimeOffset Example = DateTimeOffset.Parse("2015-08-30T12:36:00Z", CultureInfo.InvariantCulture);

    private static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-11-22T08:08:09+01:00", CultureInfo.InvariantCulture);

    /// <summary><c>get-vanilla</c> of AWS's test suite, and the example of its reference: ListUsers of IAM.</summary>
    [Theory]
    [InlineData("https://example.amazonaws.com/", "service", null, "host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    [InlineData("https://iam.amazonaws.com/?Version=2010-05-08&Action=ListUsers", "iam", "application/x-www-form-urlencoded; charset=utf-8", "content-type;host;x-amz-date",
        "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7")]
    public void Published_examples_come_out(string address, string service, string? contentType, string names, string signature)
    {
        var headers = new AwsSignature(Id, Secret, null, "us-east-1", service).Sign("GET", new Uri(address), contentType is null ? [] : [new("Content-Type", contentType)], [], Example);

        headers.Should().Equal(
            new KeyValuePair<string, string>("X-Amz-Date", "20150830T123600Z"),
            new KeyValuePair<string, string>("Authorization", $"AWS4-HMAC-SHA256 Credential={Id}/20150830/us-east-1/{service}/aws4_request, SignedHeaders={names}, Signature={signature}"));
    }

    [Theory]
    [InlineData("https://bedrock-runtime.us-east-1.amazonaws.com", "us-east-1", "us.anthropic.claude-sonnet-4-5-20250929-v1:0", """{"messages":[{"role":"user","content":[{"text":"¡olé!"}]}]}""", null,
        "b6f6b68b2184fafc8f606072d14e7f41d4a38b19e2fc890ee9c8c5463126c551")]
    [InlineData("https://bedrock-runtime.eu-central-1.amazonaws.com", "eu-central-1", "arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.x.y-v1:0", "{}", "IQoJb3JpZ2luX2VjEXAMPLE//==",
        "bce3651efe6b0e62820ff64ea550dd1c8f7c0b0eabb14fb8a4e80d3fb3a39141")]
    [InlineData("http://127.0.0.1:8080", "eu-west-1", "m v~1", "", null, "fa19ba29df1611557201d72e58f6cef4209e6f9e2678a80ff83c3740e6e17cad")]
    public void A_request_is_signed_as_AWSs_own_SDK_does(string endpoint, string region, string model, string body, string? token, string signature)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        KeyValuePair<string, string>[] headers = [new("Content-Type", "application/json"), new("X-Amz-Content-SHA256", Convert.ToHexStringLower(SHA256.HashData(bytes))), new("User-Agent", "x")];

        var added = new AwsSignature(Id, Secret, token, region, "bedrock").Sign("POST", new Uri($"{endpoint}/{BedrockPaths.Of(model, "converse")}"), headers, bytes, Now);

        added.Single(static h => h.Key == "Authorization").Value.Should().EndWith($"{(token is null ? "" : ";x-amz-security-token")}, Signature={signature}").And.NotContain("user-agent");
        added.SingleOrDefault(static h => h.Key == "X-Amz-Security-Token").Value.Should().Be(token);
    }

    [Fact]
    public void The_key_of_another_day_is_another_one()
    {
        var signature = new AwsSignature(Id, Secret, null, "us-east-1", "service");
        var first = Authorization(signature, Example);

        Authorization(signature, Example.AddDays(1)).Should().NotBe(first);
        Authorization(signature, Example).Should().Be(first).And.EndWith("5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
    }

    [Fact]
    public async Task A_credential_has_its_secrets_and_says_none()
    {
        var secrets = new ProviderSecrets("us-east-1", Id, Secret, "token");

        var credential = AwsCredential.From(secrets)!;
        var shown = await credential.ShowAsync(new("POST", new Uri("https://a.example/"), default, [], TimeProvider.System), CancellationToken.None);

        secrets.ToString().Should().Be("***");
        credential.Secrets.Select(static s => Encoding.UTF8.GetString(s.Span)).Should().Equal(Secret, "token");
        shown.Value!.Select(static h => h.Key).Should().Equal("X-Amz-Date", "X-Amz-Security-Token", "Authorization");
        shown.Value!.Should().NotContain(static h => h.Value.Contains(Secret, StringComparison.Ordinal));
        AwsCredential.From(secrets with { SecretAccessKey = null }).Should().BeNull();
    }

    private static string Authorization(AwsSignature signature, DateTimeOffset now) => signature.Sign("GET", new Uri("https://example.amazonaws.com/"), [], [], now)[^1].Value;
}
