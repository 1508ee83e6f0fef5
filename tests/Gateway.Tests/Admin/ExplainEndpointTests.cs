using System.Net;

namespace Gateway.Tests.Admin;

public class ExplainEndpointTests
{
    private const string Path = "/admin/v1/explain";
    private const string Body = "\"body\":{\"model\":\"demo\",\"messages\":[{\"role\":\"user\",\"content\":\"PROMPT-CANARY\"}],\"max_tokens\":5}";

    [Theory]
    [InlineData("{}", 400, "body")]
    [InlineData("{\"body\":[]}", 400, "body")]
    [InlineData("{\"key\":5," + Body + "}", 400, "key")]
    [InlineData("{\"key\":\"nonsuch\"," + Body + "}", 404, "key")]
    [InlineData("{\"team\":\"nonsuch\"," + Body + "}", 404, "team")]
    [InlineData("{\"key\":\"filed\",\"team\":\"growth\"," + Body + "}", 400, "team")]
    [InlineData("{\"endpoint\":\"/v1/nonsuch\"," + Body + "}", 400, "endpoint")]
    [InlineData("{\"endpoint\":\"pass\"," + Body + "}", 400, "endpoint")]
    [InlineData("{\"headers\":{\"a\":1}," + Body + "}", 400, "headers")]
    [InlineData("{\"modle\":1," + Body + "}", 400, null)]
    public async Task A_question_that_is_none_says_what_is_wrong(string json, int status, string? param)
    {
        await using var host = await EntityHost.StartAsync();

        var answer = await host.AdminAsync("POST", Path, json);

        ((int)answer.Status, answer.Param).Should().Be((status, param), answer.Text);
    }

    [Theory]
    [InlineData("{\"key\":\"a\",\"key\":\"b\"," + Body + "}", "key")]
    [InlineData("{\"k\\u0065y\":\"a\",\"key\":\"b\"," + Body + "}", "key")]
    [InlineData("{\"body\":{\"model\":\"a\",\"messages\":[{},{\"role\":\"user\",\"role\":\"system\"}]}}", "body.messages[1].role")]
    [InlineData("{\"headers\":{\"a\":\"1\",\"a\":\"2\"}," + Body + "}", "headers.a")]
    public async Task A_member_that_stands_twice_is_named_with_its_place(string json, string place)
    {
        await using var host = await EntityHost.StartAsync();

        var answer = await host.AdminAsync("POST", Path, json);

        ((int)answer.Status, answer.Param).Should().Be((400, place), answer.Text);
        answer.Text.Should().Contain($"'{place}' occurs twice");
    }

    [Fact]
    public async Task It_says_whose_limits_hold_and_what_would_be_told()
    {
        await using var host = await EntityHost.StartAsync();
        var secret = await host.MakeKeyAsync("""{"name":"tight","team":"growth","limits":{"rpm":1}}""");
        (await host.ChatAsync(secret)).Status.Should().Be(HttpStatusCode.OK);

        var tight = (await host.AdminAsync("POST", Path, "{\"key\":\"tight\"," + Body + "}")).Json;
        var team = (await host.AdminAsync("POST", Path, "{\"team\":\"growth\"," + Body + "}")).Json;
        var nobody = (await host.AdminAsync("POST", Path, "{" + Body + "}")).Json;
        var unknown = (await host.AdminAsync("POST", Path, "{" + Body.Replace("\"demo\"", "\"nonsuch\"", StringComparison.Ordinal) + "}")).Json;
        await host.AdminAsync("POST", "/admin/v1/keys/tight/block");
        var blocked = (await host.AdminAsync("POST", Path, "{\"key\":\"tight\"," + Body + "}")).Json;

        Owners(tight).Should().Equal("key tight", "team growth");
        tight.GetProperty("error").GetProperty("code").GetString().Should().Be("rate_limit_exceeded");
        tight.GetProperty("limits")[0].GetProperty("requests").GetRawText().Should().Be("""{"limit":1,"remaining":0}""");
        Owners(team).Should().Equal("team growth");
        team.GetProperty("error").ValueKind.Should().Be(System.Text.Json.JsonValueKind.Null);
        (team.GetProperty("team").GetString(), team.GetProperty("key").GetString()).Should().Be(("growth", null));
        Owners(nobody).Should().BeEmpty();
        nobody.GetProperty("order")[0].GetProperty("target_model").GetString().Should().Be("demo");
        unknown.GetProperty("error").GetProperty("code").GetString().Should().Be("model_not_found");
        unknown.GetProperty("needs").ValueKind.Should().Be(System.Text.Json.JsonValueKind.Null);
        blocked.GetProperty("error").GetProperty("code").GetString().Should().Be("key_blocked");
        tight.GetRawText().Should().NotContain("CANARY");

        static IEnumerable<string> Owners(System.Text.Json.JsonElement json) =>
            json.GetProperty("limits").EnumerateArray().Select(static l => $"{l.GetProperty("owner_kind")} {l.GetProperty("owner")}");
    }
}
