using System.Net;
using Gateway.Auth;
using Gateway.Core.Stores;
using Gateway.Tests.Metering;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Admin;

/// <summary>Two teams in one gateway: nothing of one shows in an answer to the other's manager.</summary>
public class TenantTests
{
    /// <summary>Stands in every name of the other team.</summary>
    private const string Canary = "canary";

    private const string Mine = "a-team";
    private const string Theirs = "b-team-" + Canary;

    /// <summary>What each route is asked with; a route that is not here is asked without a question.</summary>
    private static readonly string[] Questions =
    [
        "/admin/v1/keys?team=" + Theirs, "/admin/v1/keys?source=store", "/admin/v1/teams?limit=1", "/admin/v1/ledger?limit=1", "/admin/v1/ledger?key=b-key-" + Canary, "/admin/v1/ledger?format=csv&to=2100-01-01",
        "/admin/v1/ledger?format=jsonl&to=2100-01-01", "/admin/v1/usage?group_by=key,team,user,tag,model", "/admin/v1/usage?group_by=team&format=csv", "/admin/v1/usage?group_by=tag&format=jsonl",
        "/admin/v1/usage?group_by=user&key=b-key-" + Canary, "/admin/v1/ledger?team=" + Theirs, "/admin/v1/ledger?format=csv&team=" + Theirs, "/admin/v1/usage?team=" + Theirs,
        "/admin/v1/prompts?contains=key", $"/admin/v1/prompts/b-key-{Canary}/versions/1", $"/admin/v1/prompts/b-key-{Canary}/versions/production/diff?against=1",
    ];

    [Fact]
    public async Task A_manager_of_one_team_never_reads_anything_of_the_other()
    {
        await using var host = await StartAsync();
        var manager = await host.MakeTokenAsync($$"""{"name":"ana","role":"manager","teams":["{{Mine}}"]}""");
        await host.MakeTokenAsync($$"""{"name":"bob-{{Canary}}","role":"manager","teams":["{{Theirs}}"]}""");

        var paths = host.Routes.All.Where(static r => r.Access == Access.Admin).Select(static r => r.Path).Distinct().SelectMany(static p => p.Contains('{', StringComparison.Ordinal)
                ? Names.Select(n => p.Replace(p[p.IndexOf('{', StringComparison.Ordinal)..(p.IndexOf('}', StringComparison.Ordinal) + 1)], n, StringComparison.Ordinal)) : [p]).Concat(Questions).ToList();
        paths.Should().HaveCountGreaterThan(25);
        foreach (var path in paths)
        {
            var answer = await host.AdminAsync("GET", path, credential: manager);
            // What was asked for may be named in the answer.
            path.Split('?')[0].Split('/', StringSplitOptions.RemoveEmptyEntries).Aggregate(answer.Text, static (text, part) => text.Replace(Uri.UnescapeDataString(part), "", StringComparison.Ordinal)).Should().NotContain(Canary, $"GET {path} was asked by the other team's manager");
        }
        var all = await host.AdminAsync("GET", "/admin/v1/usage?group_by=key,team,user,tag");
        all.Text.Should().Contain($"b-key-{Canary}").And.Contain($"b-tag-{Canary}").And.Contain($"b-user-{Canary}", "an admin reads all of it");
    }

    [Fact]
    public async Task A_manager_reads_rows_sums_and_budgets_of_its_own_teams()
    {
        await using var host = await StartAsync();
        var manager = await host.MakeTokenAsync($$"""{"name":"ana","role":"manager","teams":["{{Mine}}"]}""");

        foreach (var question in new[] { "", $"?team={Mine}" })
        {
            var rows = (await host.AdminAsync("GET", "/admin/v1/ledger" + question, credential: manager)).Json.GetProperty("data");
            rows.EnumerateArray().Select(static r => r.GetProperty("key").GetString()).Should().Equal("a-key", "a-key");
            var sums = (await host.AdminAsync("GET", "/admin/v1/usage" + question, credential: manager)).Json.GetProperty("data");
            sums[0].GetProperty("requests").GetInt64().Should().Be(2);
        }
        (await host.AdminAsync("GET", "/admin/v1/ledger?format=csv&to=2100-01-01", credential: manager)).Text.Split("\r\n").Should().HaveCount(4, "a header, two rows and an end");
        var budgets = (await host.AdminAsync("GET", "/admin/v1/budgets", credential: manager)).Json.GetProperty("data");
        budgets.EnumerateArray().Select(static b => b.GetProperty("owner").GetString()).Should().BeEquivalentTo("a-key", Mine);
        var raises = (await host.AdminAsync("GET", "/admin/v1/budgets/raises", credential: manager)).Json.GetProperty("data");
        raises.EnumerateArray().Select(static r => r.GetProperty("owner").GetString()).Should().Equal(Mine);
        (await host.AdminAsync("GET", "/admin/v1/budgets")).Json.GetProperty("data").GetArrayLength().Should().Be(5, "and the gateway's");
    }

    [Theory]
    [InlineData("/admin/v1/ledger?team=")]
    [InlineData("/admin/v1/usage?group_by=key&team=")]
    [InlineData("/admin/v1/ledger?format=csv&team=")]
    [InlineData("/admin/v1/usage?format=jsonl&team=")]
    public async Task Asking_for_another_team_is_forbidden_whether_it_exists_or_not(string path)
    {
        await using var host = await StartAsync();
        var manager = await host.MakeTokenAsync($$"""{"name":"ana","role":"manager","teams":["{{Mine}}"]}""");

        foreach (var team in new[] { Theirs, "nonsuch" })
        {
            var refused = await host.AdminAsync("GET", path + team, credential: manager);
            (refused.Status, refused.Code, refused.Param).Should().Be((HttpStatusCode.Forbidden, "forbidden", "team"));
        }
    }

    [Fact]
    public async Task A_name_that_is_taken_outside_its_teams_is_refused_without_a_word_about_whose_it_is()
    {
        await using var host = await StartAsync();
        var manager = await host.MakeTokenAsync($$"""{"name":"ana","role":"manager","teams":["{{Mine}}"]}""");

        var answers = new List<string>();
        // Another team's, nobody's, and one of the file.
        foreach (var name in new[] { $"b-key-{Canary}", $"free-{Canary}", "filed" })
        {
            var refused = await host.AdminAsync("POST", "/admin/v1/keys", $$"""{"name":"{{name}}","team":"{{Mine}}"}""", credential: manager);
            (refused.Status, refused.Param).Should().Be((HttpStatusCode.Conflict, "name"));
            answers.Add(refused.Text.Replace(name, "NAME", StringComparison.Ordinal));
        }
        answers.Distinct().Should().ContainSingle().Which.Should().NotContainAny(Canary, "already", "configuration file", "growth");
        var own = await host.AdminAsync("POST", "/admin/v1/keys", $$"""{"name":"a-key","team":"{{Mine}}"}""", credential: manager);
        own.Error.GetProperty("message").GetString().Should().Contain("There is a key 'a-key' already");
    }

    private static readonly string[] Names = ["a-key", Mine, Theirs, $"b-key-{Canary}", $"bob-{Canary}"];

    /// <summary>Both teams have a key, budgets, and two rows each; a key of nobody and the gateway's own budget are no team's.</summary>
    private static async Task<EntityHost> StartAsync()
    {
        var host = await EntityHost.StartAsync(EntityHost.Yaml + "\nbudgets: [{ limit: 1000, period: total }]");
        foreach (var (team, key) in new[] { (Mine, "a-key"), (Theirs, $"b-key-{Canary}") })
        {
            (await host.AdminAsync("POST", "/admin/v1/teams", $$"""{"name":"{{team}}","budgets":[{"limit":50,"period":"month"}]}""")).Status.Should().Be(HttpStatusCode.Created);
            await host.MakeKeyAsync($$$"""{"name":"{{{key}}}","team":"{{{team}}}","budgets":[{"limit":5,"period":"day"}],"metadata":{"of":"{{{team}}}"}}""");
        }
        foreach (var (team, prompt) in new[] { (Mine, "a-key"), (Theirs, $"b-key-{Canary}") })
        {
            (await host.AdminAsync("POST", "/admin/v1/prompts", $$"""{"name":"{{prompt}}","team":"{{team}}","category":"of {{team}}"}""")).Status.Should().Be(HttpStatusCode.Created);
            (await host.AdminAsync("POST", $"/admin/v1/prompts/{prompt}/versions", $$"""{"message":"for {{team}}","messages":[{"role":"system","content":"{{prompt}}"}]}""")).Status.Should().Be(HttpStatusCode.Created);
            (await host.AdminAsync("PUT", $"/admin/v1/prompts/{prompt}/labels/production", """{"version":1}""")).Status.Should().Be(HttpStatusCode.OK);
        }
        foreach (var (kind, owner, period) in new[] { ("team", Mine, "month"), ("team", Theirs, "month"), ("key", $"b-key-{Canary}", "day") })
        {
            (await host.AdminAsync("POST", "/admin/v1/budgets/raises", $$"""{"owner_kind":"{{kind}}","owner":"{{owner}}","period":"{{period}}","amount_usd":1,"reason":"for {{owner}}"}"""))
                .Status.Should().Be(HttpStatusCode.Created);
        }
        await host.MakeKeyAsync($$"""{"name":"free-{{Canary}}"}""");
        var rows = new[] { ("a", Mine, "a-key"), ("b", Theirs, $"b-key-{Canary}"), ("c", null, $"free-{Canary}") };
        foreach (var (prefix, team, key) in rows)
        {
            var mark = prefix == "a" ? "a" : $"{prefix}-mark-{Canary}";
            await host.Services.GetRequiredService<ILedgerStore>().AppendAsync(
                [.. LedgerRows.Many(2, mark).Select(r => r with { Key = key, Team = team, User = prefix == "a" ? "u" : $"{prefix}-user-{Canary}", Tags = prefix == "a" ? ["t"] : [$"{prefix}-tag-{Canary}"] })],
                CancellationToken.None);
        }
        return host;
    }
}
