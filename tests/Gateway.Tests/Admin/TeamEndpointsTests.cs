using System.Net;

namespace Gateway.Tests.Admin;

public class TeamEndpointsTests
{
    private const string Teams = "/admin/v1/teams";

    [Fact]
    public async Task A_team_that_is_made_binds_its_keys_at_once()
    {
        await using var host = await EntityHost.StartAsync();

        var made = await host.AdminAsync("POST", Teams, """{"name":"sales","limits":{"rpm":1}}""");
        var key = await host.MakeKeyAsync("""{"name":"web","team":"sales"}""");

        made.Status.Should().Be(HttpStatusCode.Created, made.Text);
        (await host.ChatAsync(key)).Status.Should().Be(HttpStatusCode.OK);
        (await host.ChatAsync(key)).Status.Should().Be(HttpStatusCode.TooManyRequests);
        (await host.AdminAsync("PATCH", Teams + "/sales", """{"limits":{"rpm":50}}""")).Status.Should().Be(HttpStatusCode.OK);
        (await host.ChatAsync(key)).Status.Should().Be(HttpStatusCode.OK);
        (await host.AdminAsync("POST", Teams, """{"name":"sales"}""")).Status.Should().Be(HttpStatusCode.Conflict);
        (await host.AdminAsync("GET", Teams + "?source=store")).Json.GetProperty("data").GetArrayLength().Should().Be(1);
    }

    [Fact]
    public async Task A_team_that_has_keys_is_not_deleted()
    {
        await using var host = await EntityHost.StartAsync();
        await host.AdminAsync("POST", Teams, """{"name":"sales"}""");
        await host.MakeKeyAsync("""{"name":"web","team":"sales"}""");

        var refused = await host.AdminAsync("DELETE", Teams + "/sales");

        refused.Status.Should().Be(HttpStatusCode.Conflict);
        refused.Error.GetProperty("message").GetString().Should().Contain("web");
        (await host.AdminAsync("PATCH", "/admin/v1/keys/web", """{"team":null}""")).Status.Should().Be(HttpStatusCode.OK);
        (await host.AdminAsync("DELETE", Teams + "/sales")).Status.Should().Be(HttpStatusCode.NoContent);
        (await host.AdminAsync("GET", Teams + "/sales")).Code.Should().Be("not_found");
    }

    [Fact]
    public async Task The_audit_tells_each_change_and_none_that_was_refused()
    {
        await using var host = await EntityHost.StartAsync();
        await host.AdminAsync("POST", Teams, """{"name":"sales"}""");
        await host.AdminAsync("POST", Teams, """{"name":"sales"}""");
        await host.AdminAsync("PATCH", Teams + "/sales", """{"limits":{"rpm":-1}}""");
        await host.AdminAsync("PATCH", Teams + "/sales", """{"limits":{"rpm":5}}""");
        await host.AdminAsync("DELETE", Teams + "/sales");

        var entries = (await host.AdminAsync("GET", "/admin/v1/audit?kind=team&name=sales&actor=admin_key")).Json.GetProperty("data").EnumerateArray().ToList();

        entries.Select(static e => e.GetProperty("action").GetString()).Should().Equal("team.delete", "team.update", "team.create");
        entries[1].GetProperty("after").GetProperty("limits").GetProperty("rpm").GetInt32().Should().Be(5);
        entries[1].GetProperty("remote_address").GetString().Should().Be("127.0.0.1");
        entries[1].GetProperty("request_id").GetString().Should().StartWith("req_");
        (await host.AdminAsync("GET", "/admin/v1/audit?limit=2")).Json.GetProperty("next").GetString().Should().Be("2");
        (await host.AdminAsync("GET", "/admin/v1/audit?cursor=x")).Param.Should().Be("cursor");
        (await host.AdminAsync("POST", "/admin/v1/audit")).Status.Should().Be(HttpStatusCode.MethodNotAllowed);
    }
}
