using System.Net;
using Gateway.Auth;
using Gateway.Endpoints;

namespace Gateway.Tests.Admin;

public class RoleTests
{
    /// <summary>Who may what. A route that is not here is a route nobody decided about.</summary>
    private const string Golden = """
        DELETE /admin/v1/budgets/raises/{name} admin
        DELETE /admin/v1/cache admin
        DELETE /admin/v1/instances/{id} admin
        DELETE /admin/v1/keys/{name} manager admin
        DELETE /admin/v1/prompts/{name}/labels/{label} manager admin
        DELETE /admin/v1/teams/{name} admin
        DELETE /admin/v1/tokens/{name} admin
        GET /admin/v1/audit viewer admin
        GET /admin/v1/budgets viewer manager admin
        GET /admin/v1/budgets/raises viewer manager admin
        GET /admin/v1/budgets/raises/{name} viewer manager admin
        GET /admin/v1/cache/shadow viewer admin
        GET /admin/v1/config viewer admin
        GET /admin/v1/instances viewer admin
        GET /admin/v1/keys viewer manager admin
        GET /admin/v1/keys/{name} viewer manager admin
        GET /admin/v1/ledger viewer manager admin
        GET /admin/v1/openapi.json viewer manager admin
        GET /admin/v1/prices viewer admin
        GET /admin/v1/prices/{version} viewer admin
        GET /admin/v1/prompts viewer manager admin
        GET /admin/v1/prompts/{name} viewer manager admin
        GET /admin/v1/prompts/{name}/versions viewer manager admin
        GET /admin/v1/prompts/{name}/versions/{version} viewer manager admin
        GET /admin/v1/prompts/{name}/versions/{version}/diff viewer manager admin
        GET /admin/v1/targets viewer admin
        GET /admin/v1/teams viewer manager admin
        GET /admin/v1/teams/{name} viewer manager admin
        GET /admin/v1/tokens admin
        GET /admin/v1/tokens/{name} admin
        GET /admin/v1/usage viewer manager admin
        PATCH /admin/v1/keys/{name} manager admin
        PATCH /admin/v1/prompts/{name} manager admin
        PATCH /admin/v1/teams/{name} admin
        POST /admin/v1/budgets/raises admin
        POST /admin/v1/explain viewer admin
        POST /admin/v1/keys manager admin
        POST /admin/v1/keys/{name}/block manager admin
        POST /admin/v1/keys/{name}/rotate manager admin
        POST /admin/v1/keys/{name}/unblock manager admin
        POST /admin/v1/prompts manager admin
        POST /admin/v1/prompts/{name}/archive manager admin
        POST /admin/v1/prompts/{name}/restore manager admin
        POST /admin/v1/prompts/{name}/versions manager admin
        POST /admin/v1/teams admin
        POST /admin/v1/tokens admin
        PUT /admin/v1/prompts/{name}/labels/{label} manager admin
        """;

    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"];

    [Fact]
    public async Task Every_admin_route_says_which_roles_may()
    {
        await using var host = await EntityHost.StartAsync();

        var endpoints = AdminRoutes(host).ToList();

        endpoints.Should().OnlyContain(static e => e.Roles != AdminRoles.None);
        var matrix = endpoints.SelectMany(static e => e.Methods.Select(m => $"{m} {e.Path} {Names(e.Roles)}"));
        string.Join('\n', matrix.Order(StringComparer.Ordinal)).Should().Be(Golden.ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData("viewer")]
    [InlineData("manager")]
    [InlineData("admin")]
    public async Task A_token_may_what_the_matrix_says_and_nothing_else(string role)
    {
        await using var host = await EntityHost.StartAsync();
        var teams = role == "manager" ? ",\"teams\":[\"growth\"]" : "";
        var token = await host.MakeTokenAsync("{\"name\":\"t\",\"role\":\"" + role + "\"" + teams + "}");
        var allowed = Golden.ReplaceLineEndings("\n").Split('\n').ToDictionary(static l => string.Join(' ', l.Split(' ').Take(2)), l => l.Split(' ').Skip(2).Contains(role));

        foreach (var path in AdminRoutes(host).Select(static e => e.Path).Distinct().ToList())
        {
            foreach (var method in Methods)
            {
                var answer = await host.AdminAsync(method, path.Replace("{name}", "nonsuch", StringComparison.Ordinal), method is "GET" or "HEAD" ? null : """{"team":"growth"}""", credential: token);
                if (!allowed.TryGetValue($"{method} {path}", out var may))
                    answer.Status.Should().BeOneOf([HttpStatusCode.MethodNotAllowed, HttpStatusCode.OK, HttpStatusCode.Forbidden, HttpStatusCode.NotFound], $"{method} {path}");
                else if (may)
                    answer.Status.Should().NotBe(HttpStatusCode.Forbidden, $"{method} {path}: {answer.Text}").And.NotBe(HttpStatusCode.Unauthorized);
                else
                    answer.Code.Should().Be("forbidden", $"{method} {path}");
            }
        }
    }

    [Fact]
    public async Task A_manager_sees_and_changes_keys_of_its_own_teams_only()
    {
        await using var host = await EntityHost.StartAsync();
        foreach (var team in new[] { "mine", "theirs" })
            await host.AdminAsync("POST", "/admin/v1/teams", $$"""{"name":"{{team}}"}""");
        await host.MakeKeyAsync("""{"name":"their-canary","team":"theirs"}""");
        await host.MakeKeyAsync("""{"name":"free-canary"}""");
        await host.MakeKeyAsync("""{"name":"my-key","team":"mine"}""");
        var manager = await host.MakeTokenAsync("""{"name":"ana","role":"manager","teams":["mine"]}""");

        var list = await host.AdminAsync("GET", "/admin/v1/keys", credential: manager);
        list.Text.Should().Contain("my-key").And.NotContainAny("canary", "filed");
        (await host.AdminAsync("GET", "/admin/v1/keys?team=theirs", credential: manager)).Json.GetProperty("data").GetArrayLength().Should().Be(0);
        (await host.AdminAsync("GET", "/admin/v1/teams", credential: manager)).Text.Should().Contain("mine").And.NotContainAny("theirs", "growth");
        foreach (var name in new[] { "their-canary", "free-canary", "filed" })
        {
            (string, string, string?)[] attempts = [("GET", "", null), ("PATCH", "", """{"team":"mine"}"""), ("DELETE", "", null), ("POST", "/rotate", null), ("POST", "/block", null), ("POST", "/unblock", null)];
            foreach (var (method, action, body) in attempts)
                (await host.AdminAsync(method, $"/admin/v1/keys/{name}{action}", body, credential: manager)).Code.Should().Be("not_found", $"{method} {name}{action}: it is no business of theirs that it exists");
        }
        foreach (var (method, path, body) in new[]
        {
            ("POST", "/admin/v1/keys", """{"name":"x","team":"theirs"}"""), ("POST", "/admin/v1/keys", """{"name":"x"}"""), ("POST", "/admin/v1/keys", """{"name":"x","team":"nonsuch"}"""),
            ("PATCH", "/admin/v1/keys/my-key", """{"team":"theirs"}"""), ("PATCH", "/admin/v1/keys/my-key", """{"team":null}"""),
        })
        {
            var refused = await host.AdminAsync(method, path, body, credential: manager);
            (refused.Code, refused.Param).Should().Be(("forbidden", "team"));
            refused.Text.Should().NotContain("growth", "other teams' names are not told");
        }
        (await host.AdminAsync("POST", "/admin/v1/keys", """{"name":"second","team":"mine"}""", credential: manager)).Status.Should().Be(HttpStatusCode.Created);
        (await host.AdminAsync("POST", "/admin/v1/keys/my-key/block", credential: manager)).Status.Should().Be(HttpStatusCode.OK);
        var entry = (await host.AdminAsync("GET", "/admin/v1/audit?actor=token:ana")).Json.GetProperty("data")[0];
        (entry.GetProperty("action").GetString(), entry.GetProperty("role").GetString()).Should().Be(("key.block", "manager"));
    }

    [Fact]
    public async Task A_token_is_shown_once_works_until_it_is_deleted_and_opens_nothing_else()
    {
        await using var host = await EntityHost.StartAsync();
        var token = await host.MakeTokenAsync("""{"name":"dash","role":"viewer"}""");

        (await host.AdminAsync("GET", "/admin/v1/usage", credential: token)).Status.Should().Be(HttpStatusCode.OK);
        (await host.ChatAsync(token)).Status.Should().Be(HttpStatusCode.Unauthorized, "it is no key for models");
        (await host.AdminAsync("GET", "/admin/v1/tokens")).Text.Should().Contain("dash").And.NotContain(token.Split('-')[3]);
        (await host.AdminAsync("GET", "/admin/v1/audit")).Text.Should().NotContain(token.Split('-')[3]);
        (await host.AdminAsync("DELETE", "/admin/v1/tokens/dash")).Status.Should().Be(HttpStatusCode.NoContent);
        (await host.AdminAsync("GET", "/admin/v1/usage", credential: token)).Status.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("""{"name":"t","role":"owner"}""", "role")]
    [InlineData("""{"name":"t"}""", null)]
    [InlineData("""{"name":"t","role":"manager"}""", null)]
    [InlineData("""{"name":"t","role":"viewer","teams":["growth"]}""", "teams")]
    [InlineData("""{"name":"t","role":"manager","teams":["nonsuch"]}""", "teams")]
    [InlineData("""{"name":"t","role":"viewer","spend":1}""", "spend")]
    public async Task A_token_that_would_not_be_what_it_seems_is_refused(string json, string? param)
    {
        await using var host = await EntityHost.StartAsync();

        var refused = await host.AdminAsync("POST", "/admin/v1/tokens", json);

        refused.Status.Should().Be(HttpStatusCode.BadRequest);
        refused.Param.Should().Be(param);
    }

    private static IEnumerable<Route> AdminRoutes(EntityHost host) => host.Routes.All.Where(static r => r.Access == Access.Admin);

    private static string Names(AdminRoles roles) => string.Join(' ', new[] { AdminRoles.Viewer, AdminRoles.Manager, AdminRoles.Admin }.Where(r => roles.HasFlag(r)).Select(static r => r.ToString().ToLowerInvariant()));
}
