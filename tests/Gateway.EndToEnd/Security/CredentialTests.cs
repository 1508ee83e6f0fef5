using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Security;

/// <summary>Whichever header carries the key, it is the same key (reliability S2), and nothing else in a request changes who asks (S5).</summary>
[Collection(OneGateway.Name)]
public sealed class CredentialTests(SharedRig rig)
{
    private const string Key = SharedRig.NarrowKey;

    public static TheoryData<string, string[], int> Carriers => new()
    {
        { "Authorization", ["Authorization: Bearer <KEY>"], 200 },
        { "a scheme in lower case", ["authorization: bearer <KEY>"], 200 },
        { "x-api-key", ["x-api-key: <KEY>"], 200 },
        { "X-API-KEY", ["X-API-KEY: <KEY>"], 200 },
        { "api-key", ["api-key: <KEY>"], 200 },
        { "x-goog-api-key", ["x-goog-api-key: <KEY>"], 200 },
        { "the same key twice", ["Authorization: Bearer <KEY>", "x-api-key: <KEY>"], 200 },
        { "two keys", ["Authorization: Bearer <KEY>", "x-api-key: OTHER"], 400 },
        { "two keys, the other way round", ["Authorization: Bearer OTHER", "api-key: <KEY>"], 400 },
        { "two Authorization headers", ["Authorization: Bearer <KEY>", "Authorization: Bearer OTHER"], 400 },
        { "two x-api-key headers", ["x-api-key: <KEY>", "x-api-key: OTHER"], 400 },
        { "none", [], 401 },
        { "an empty one", ["Authorization: Bearer "], 401 },
        { "another scheme", ["Authorization: Basic S0VZ"], 401 },
        { "no scheme", ["Authorization: <KEY>"], 401 },
        { "the key with its last character changed", ["Authorization: Bearer KEx"], 401 },
        { "the first twenty characters", ["Authorization: Bearer 20"], 401 },
        { "the key in other letters", ["Authorization: Bearer UPPER"], 401 },
        { "the name of a key", ["Authorization: Bearer narrow"], 401 },
        { "the SHA-256 of the key", ["Authorization: Bearer HASH"], 401 },
        { "the admin key", [$"Authorization: Bearer {GatewayProcess.AdminKey}"], 401 },
        { "a megabyte of SQL", ["x-api-key: ' OR 1=1 --"], 401 },
        { "a cookie", ["Cookie: api-key=<KEY>"], 401 },
    };

    [Theory]
    [MemberData(nameof(Carriers))]
    public async Task A_credential_counts_wherever_it_stands_and_two_different_ones_are_refused(string why, string[] headers, int status)
    {
        var name = Ask.NewCase("credential");
        var body = Ask.Chat("fast", new Script { Case = name });
        var lines = string.Concat(headers.Select(static h => Fill(h) + "\r\n"));
        var request = RawHttp.Post(Caller.Chat, "-", body, lines).Replace("Authorization: Bearer -\r\n", "", StringComparison.Ordinal);

        var reply = await RawHttp.SendAsync(rig.Gateway.Port, request);

        reply.Statuses.Should().Equal([status], $"{why}: {reply.Text}");
        (await rig.Upstream.RequestsAsync(name)).Should().HaveCount(status == 200 ? 1 : 0, why);
        if (status == 200)
            (await rig.Gateway.RowsOfAsync(name, 1)).Single().Should().BeEquivalentTo(new { Key = "narrow", Team = "growth" }, why);
    }

    [Theory]
    [InlineData("/v1/chat/completions?api_key=<KEY>&key=<KEY>", "", 401)]
    [InlineData("/v1/chat/completions?key=OTHER", "Authorization: Bearer <KEY>\r\n", 200)]
    [InlineData("/v1/../admin/v1/ledger", "Authorization: Bearer <KEY>\r\n", 401)]
    [InlineData("/admin/v1/ledger", "Authorization: Bearer <KEY>\r\n", 401)]
    [InlineData("/v1/%2e%2e/admin/v1/ledger", "Authorization: Bearer <KEY>\r\n", 401)]
    [InlineData("/admin/v1/ledger", "Authorization: Bearer <KEY>\r\nX-Forwarded-For: 127.0.0.1\r\nX-Original-URL: /v1/models\r\n", 401)]
    public async Task Paths_and_forwarding_headers_do_not_change_who_may_what(string path, string headers, int status)
    {
        var body = Ask.Chat("fast", new Script());
        var post = path.StartsWith("/v1/chat", StringComparison.Ordinal);
        var request = RawHttp.Post(Fill(path), "-", body, Fill(headers)).Replace("Authorization: Bearer -\r\n", "", StringComparison.Ordinal);
        if (!post)
            request = request.Replace("POST ", "GET ", StringComparison.Ordinal);

        var reply = await RawHttp.SendAsync(rig.Gateway.Port, request);

        reply.Status.Should().Be(status, reply.Text);
        reply.Text.Should().NotContain("attempt_id");
    }

    [Fact]
    public async Task The_admin_api_opens_to_the_admin_key_alone()
    {
        (await rig.Gateway.Caller(GatewayProcess.AdminKey).GetAsync("/admin/v1/ledger?limit=1")).Status.Should().Be(HttpStatusCode.OK);
        (await rig.App.GetAsync("/admin/v1/ledger")).Status.Should().Be(HttpStatusCode.Unauthorized);
        (await rig.Gateway.Caller("").GetAsync("/admin/v1/usage")).Status.Should().Be(HttpStatusCode.Unauthorized);
    }

    private static string Fill(string text) => text
        .Replace("OTHER", SharedRig.AppKey, StringComparison.Ordinal)
        .Replace("UPPER", Key.ToUpperInvariant(), StringComparison.Ordinal)
        .Replace("HASH", Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Key))), StringComparison.Ordinal)
        .Replace("Bearer 20", $"Bearer {Key[..20]}", StringComparison.Ordinal)
        .Replace("KEx", Key[..^1] + "x", StringComparison.Ordinal)
        .Replace("<KEY>", Key, StringComparison.Ordinal);
}
