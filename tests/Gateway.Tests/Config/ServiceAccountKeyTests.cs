using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Gateway.Config;

namespace Gateway.Tests.Config;

/// <summary>Keys of service accounts, as Google Cloud hands them out.</summary>
public sealed class ServiceAccountKeyTests : IDisposable
{
    private static readonly string Pem = NewKey();

    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_file_and_its_content_are_the_same(bool isFile)
    {
        var json = Key().ToJsonString();

        ServiceAccountKey.TryRead(isFile ? _folder.Write("key.json", json) : "\n " + json, out var account, out var project).Should().BeNull();

        (account!.Email, account.KeyId, account.PrivateKey, account.TokenUri, project).Should().Be(("a@b.example", "k1", Pem, new Uri("https://oauth2.googleapis.com/token"), "acme"));
        account.ToString().Should().Be("***");
    }

    [Theory]
    [InlineData("type", "authorized_user", "service_account")]
    [InlineData("type", null, "service_account")]
    [InlineData("client_email", null, "must have client_email")]
    [InlineData("private_key", null, "must have client_email")]
    [InlineData("private_key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "private_key that is none")]
    [InlineData("private_key", "secret", "private_key that is none")]
    [InlineData("token_uri", "http://evil.example/", "begins with https://")]
    [InlineData("token_uri", "token", "begins with https://")]
    public void What_is_wrong_is_said_without_a_word_of_the_key(string name, string? value, string message)
    {
        var key = Key();
        key.Remove(name);
        if (value is not null) key[name] = value;

        ServiceAccountKey.TryRead(key.ToJsonString(), out _, out _).Should().Contain(message).And.NotContain("secret").And.NotContain("AAAA");
    }

    [Theory]
    [InlineData("/nowhere/key.json", "no file that there is")]
    [InlineData("{", "no JSON")]
    [InlineData("{}", "service_account")]
    public void What_is_no_key_is_told_so(string value, string message) => ServiceAccountKey.TryRead(value, out _, out _).Should().Contain(message);

    [Fact]
    public void A_provider_has_the_account_and_its_project()
    {
        var path = _folder.Write("key.json", Key().ToJsonString());

        var config = TestConfig.Valid($"providers: [{{ name: g, kind: vertex, region: us-central1, credentials: {path} }}, {{ name: h, kind: vertex, project: other, credentials: {path} }}]");

        config.Providers.Select(static p => p.Project).Should().Equal("acme", "other");
        config.Providers[0].Account!.Email.Should().Be("a@b.example");
        config.Providers[0].ToString().Should().NotContain("PRIVATE");
    }

    [Theory]
    [InlineData("kind: vertex, api_key: k", "keep one of the two")]
    [InlineData("kind: vertex, headers: { Authorization: x }", "keep one of the two")]
    [InlineData("kind: openai, api_key: k", "is a key of kind vertex")]
    public void It_stands_alone(string keys, string message)
    {
        var path = _folder.Write("key.json", Key().ToJsonString());

        TestConfig.Bind($"providers: [{{ name: g, {keys}, credentials: {path} }}]").Errors.Select(static e => e.ToString()).Should().ContainSingle().Which.Should().Contain(message);
    }

    public void Dispose() => _folder.Dispose();

    private static JsonObject Key() => new()
    {
        ["type"] = "service_account",
        ["project_id"] = "acme",
        ["private_key_id"] = "k1",
        ["private_key"] = Pem,
        ["client_email"] = "a@b.example",
        ["token_uri"] = "https://oauth2.googleapis.com/token",
        ["universe_domain"] = "googleapis.com",
    };

    private static string NewKey()
    {
        using var key = RSA.Create(2048);
        return key.ExportPkcs8PrivateKeyPem();
    }
}
