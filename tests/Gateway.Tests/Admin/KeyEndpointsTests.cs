using System.Net;
using System.Text.Json;
using Gateway.Auth;

namespace Gateway.Tests.Admin;

public class KeyEndpointsTests
{
    private const string Keys = "/admin/v1/keys";

    [Fact]
    public async Task A_key_that_is_made_works_at_once_and_shows_its_secret_once()
    {
        await using var host = await EntityHost.StartAsync();

        var made = await host.AdminAsync("POST", Keys, """{"name":"web","team":"growth","models":["demo"],"limits":{"rpm":60},"metadata":{"owner":"ana"}}""");

        made.Status.Should().Be(HttpStatusCode.Created, made.Text);
        made.Location.Should().Be("/admin/v1/keys/web");
        var key = made.Json.GetProperty("key").GetString()!;
        key.Should().MatchRegex("^sk-gw-[0-9A-Za-z]{12}-[0-9A-Za-z]{49}$").And.EndWith(KeyMaker.Checksum(key[..^6]));
        (await host.ChatAsync(key)).Status.Should().Be(HttpStatusCode.OK);
        (await host.ChatAsync(key, "other")).Code.Should().Be("model_not_allowed");
        var read = await host.AdminAsync("GET", Keys + "/web");
        read.ETag.Should().Be(made.ETag).And.Be("\"1\"");
        read.Json.GetProperty("source").GetString().Should().Be("store");
        read.Json.GetProperty("key_id").GetString().Should().Be(key.Split('-')[2]);
        read.Json.GetProperty("limits").GetProperty("rpm").GetInt32().Should().Be(60);
        foreach (var path in new[] { Keys, Keys + "/web", "/admin/v1/audit" })
            (await host.AdminAsync("GET", path)).Text.Should().NotContainAny(key, key.Split('-')[3], "hash", "hidden");
    }

    [Fact]
    public async Task Every_error_of_a_document_is_told_at_once()
    {
        await using var host = await EntityHost.StartAsync();

        var several = await host.AdminAsync("POST", Keys, """{"name":"web","team":"nonsuch","limits":{"rpm":-1},"budgets":[{"limit":1}],"bogus":1,"key":"sk-mine-mine"}""");
        var one = await host.AdminAsync("POST", Keys, """{"name":"web","budgets":[{"limit":"much","period":"day"}]}""");

        several.Status.Should().Be(HttpStatusCode.BadRequest);
        several.Error.GetProperty("message").GetString().Should().ContainAll("team: 'nonsuch' is no team", "limits.rpm: ", "budgets[0]", "bogus: unknown key", "key: the gateway makes keys itself")
            .And.NotContain("sk-mine-mine");
        one.Param.Should().Be("budgets[0].limit");
        (await host.AdminAsync("GET", Keys + "/web")).Status.Should().Be(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData("[]", 400)]
    [InlineData("{\"name\":\"a\",\"name\":\"b\"}", 400)]
    [InlineData("{\"name\":\"\\ud800\"}", 400)]
    [InlineData("{\"name\":\"a\\u0000\"}", 400)]
    [InlineData("{\"name\":\"a/b\"}", 400)]
    [InlineData("{\"name\":\"../x\"}", 400)]
    [InlineData("{\"name\":7}", 400)]
    [InlineData("{\"name\":null}", 400)]
    [InlineData("{\"name\":\"x\",\"metadata\":{\"a\":\"' OR 1=1; --\"}}", 201)]
    [InlineData("{\"name\":\"x\",\"key_hash\":\"0000000000000000000000000000000000000000000000000000000000000000\"}", 400)]
    public async Task What_is_no_document_is_a_400(string body, int status)
    {
        await using var host = await EntityHost.StartAsync();

        var answer = await host.AdminAsync("POST", Keys, body);

        ((int)answer.Status).Should().Be(status, answer.Text);
    }

    [Fact]
    public async Task A_body_beyond_a_mebibyte_is_refused()
    {
        await using var host = await EntityHost.StartAsync();

        var answer = await host.AdminAsync("POST", Keys, """{"name":"x","metadata":{"a":" """ + new string('a', 1 << 20) + "\"}}");

        answer.Status.Should().Be(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task Variables_in_a_document_are_text()
    {
        await using var host = await EntityHost.StartAsync();

        (await host.AdminAsync("POST", Keys, """{"name":"x","metadata":{"a":"${HOME}","b":"os.environ/PATH"}}""")).Status.Should().Be(HttpStatusCode.Created);

        (await host.AdminAsync("GET", Keys + "/x")).Json.GetProperty("metadata").GetProperty("a").GetString().Should().Be("${HOME}");
    }

    [Fact]
    public async Task Entries_of_the_file_are_shown_and_changed_only_there()
    {
        await using var host = await EntityHost.StartAsync();

        var read = await host.AdminAsync("GET", Keys + "/filed");

        read.Json.GetProperty("source").GetString().Should().Be("file");
        read.Text.Should().NotContain("sk-filed-canary");
        (string, string, string?)[] changes =
        [
            ("POST", Keys, """{"name":"filed"}"""), ("PATCH", Keys + "/filed", """{"team":null}"""), ("DELETE", Keys + "/filed", null),
            ("POST", Keys + "/filed/rotate", null), ("POST", Keys + "/filed/block", null), ("DELETE", "/admin/v1/teams/growth", null), ("POST", "/admin/v1/teams", """{"name":"growth"}"""),
        ];
        foreach (var (method, path, body) in changes)
        {
            var refused = await host.AdminAsync(method, path, body);
            refused.Status.Should().Be(HttpStatusCode.Conflict, refused.Text);
            refused.Error.GetProperty("message").GetString().Should().Contain("configuration file");
        }
        (await host.ChatAsync("sk-filed-canary")).Status.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_patch_changes_what_it_names_on_the_revision_it_names()
    {
        await using var host = await EntityHost.StartAsync();
        var key = await host.MakeKeyAsync("""{"name":"web","models":["demo"],"metadata":{"a":"1","b":"2"}}""");

        var stale = await host.AdminAsync("PATCH", Keys + "/web", """{"models":[]}""", ifMatch: "\"99\"");
        var patched = await host.AdminAsync("PATCH", Keys + "/web", """{"models":["other"],"metadata":{"a":null,"c":"3"}}""", ifMatch: "\"1\"");

        stale.Status.Should().Be(HttpStatusCode.PreconditionFailed);
        stale.Code.Should().Be("precondition_failed");
        patched.Status.Should().Be(HttpStatusCode.OK, patched.Text);
        patched.ETag.Should().Be("\"2\"");
        patched.Json.GetProperty("metadata").GetRawText().Should().Be("""{"b":"2","c":"3"}""");
        (await host.ChatAsync(key)).Code.Should().Be("model_not_allowed", "the change is in force when it is answered");
        (await host.ChatAsync(key, "other")).Status.Should().Be(HttpStatusCode.OK);
        (await host.AdminAsync("PATCH", Keys + "/web", """{"name":"app"}""")).Param.Should().Be("name");
        (await host.AdminAsync("PATCH", Keys + "/web", """{"modles":[]}""")).Error.GetProperty("message").GetString().Should().Contain("did you mean 'models'");
        (await host.AdminAsync("DELETE", Keys + "/web", ifMatch: "\"1\"")).Status.Should().Be(HttpStatusCode.PreconditionFailed);
        (await host.AdminAsync("DELETE", Keys + "/web", ifMatch: "\"2\"")).Status.Should().Be(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_blocked_key_is_told_so_and_a_deleted_one_is_unknown()
    {
        await using var host = await EntityHost.StartAsync();
        var key = await host.MakeKeyAsync("""{"name":"web"}""");

        (await host.AdminAsync("POST", Keys + "/web/block")).Json.GetProperty("blocked").GetBoolean().Should().BeTrue();
        var blocked = await host.ChatAsync(key);
        (await host.AdminAsync("POST", Keys + "/web/unblock")).Json.GetProperty("blocked").GetBoolean().Should().BeFalse();
        var unblocked = await host.ChatAsync(key);
        (await host.AdminAsync("DELETE", Keys + "/web")).Status.Should().Be(HttpStatusCode.NoContent);
        var deleted = await host.ChatAsync(key);

        (blocked.Status, blocked.Code).Should().Be((HttpStatusCode.Forbidden, "key_blocked"));
        unblocked.Status.Should().Be(HttpStatusCode.OK);
        (deleted.Status, deleted.Code).Should().Be((HttpStatusCode.Unauthorized, "invalid_api_key"));
        (await host.AdminAsync("DELETE", Keys + "/web")).Status.Should().Be(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("""{"grace":"24h"}""", HttpStatusCode.OK)]
    public async Task A_rotated_key_has_a_new_secret_and_the_old_one_for_as_long_as_asked(string? body, HttpStatusCode old)
    {
        await using var host = await EntityHost.StartAsync();
        var first = await host.MakeKeyAsync("""{"name":"web","limits":{"rpm":1000},"budgets":[{"limit":5,"period":"day"}]}""");

        var rotated = await host.AdminAsync("POST", Keys + "/web/rotate", body);

        rotated.Status.Should().Be(HttpStatusCode.OK, rotated.Text);
        var second = rotated.Json.GetProperty("key").GetString()!;
        second.Should().NotBe(first);
        (await host.ChatAsync(second)).Status.Should().Be(HttpStatusCode.OK);
        (await host.ChatAsync(first)).Status.Should().Be(old);
        (await host.AdminAsync("GET", Keys + "/web")).Json.TryGetProperty("previous_key_until", out _).Should().Be(body is not null);
        (await host.AdminAsync("POST", Keys + "/web/rotate", """{"grace":"forever"}""")).Param.Should().Be("grace");
        (await host.AdminAsync("POST", Keys + "/web/rotate", """{"grace":"31d"}""")).Param.Should().Be("grace");
        (await host.AdminAsync("POST", Keys + "/web/block")).Status.Should().Be(HttpStatusCode.OK);
        (await host.ChatAsync(first)).Status.Should().Be(old == HttpStatusCode.OK ? HttpStatusCode.Forbidden : old, "both secrets are the same key's");
    }

    [Fact]
    public async Task Lists_have_pages_and_filters()
    {
        await using var host = await EntityHost.StartAsync();
        foreach (var name in new[] { "a", "b", "c" })
            await host.MakeKeyAsync($$"""{"name":"{{name}}"{{(name == "b" ? ""","team":"growth" """ : "")}}}""");

        var first = (await host.AdminAsync("GET", Keys + "?limit=3")).Json;
        var second = (await host.AdminAsync("GET", $"{Keys}?limit=3&cursor={first.GetProperty("next").GetString()}")).Json;

        Names(first).Concat(Names(second)).Should().Equal("a", "b", "c", "filed");
        second.GetProperty("next").ValueKind.Should().Be(JsonValueKind.Null);
        Names((await host.AdminAsync("GET", Keys + "?team=growth")).Json).Should().Equal("b", "filed");
        Names((await host.AdminAsync("GET", Keys + "?team=growth&source=store")).Json).Should().Equal("b");
        Names((await host.AdminAsync("GET", Keys + "?source=file")).Json).Should().Equal("filed");
        foreach (var wrong in new[] { "limit=1001", "limit=0", "cursor=%25", "source=heaven", "sort=name", "team=a&team=b" })
            (await host.AdminAsync("GET", $"{Keys}?{wrong}")).Status.Should().Be(HttpStatusCode.BadRequest, wrong);
    }

    private static IEnumerable<string> Names(JsonElement page) => page.GetProperty("data").EnumerateArray().Select(static e => e.GetProperty("name").GetString()!);
}
