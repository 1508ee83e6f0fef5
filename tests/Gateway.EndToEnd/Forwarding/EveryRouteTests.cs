using System.Text;
using System.Text.Json;
using Gateway.Auth;
using Gateway.Core.Providers;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Forwarding;

/// <summary>Of everything the gateway answers to, only the routes that the tests of money know reach an upstream, and none of them without a reservation (reliability M14).</summary>
public sealed class EveryRouteTests
{
    private const string PoorKey = "sk-canary-poor-0000000000000000000000006", MemberKey = "sk-canary-member-00000000000000000000009";

    /// <summary>Also those that no route has: who answers them is in the table too.</summary>
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    /// <summary>Every way from a name to a target: itself, an alias, a pattern, a chain, a choice, defaults, and the model inside the process.</summary>
    private static readonly string[] Models = ["fast", "gpt-4", "claude-x", "wild-a", "chain", "long-chain", "refused", "split", "tuned", "drained", "drained-chain", "demo"];

    [Fact]
    public async Task The_tests_know_every_route_that_can_cost_something()
    {
        var known = Enum.GetValues<Route>();

        EndpointTable.Inference(await EndpointTable.ReadAsync()).Should().BeEquivalentTo(known.Select(static r => r.Template()), "a new one needs a case in Rig/Route.cs, and with it in every matrix about money");
        Enum.GetValues<InferenceEndpoint>().Select(static e => e.Route()).Should().BeEquivalentTo(known.Select(static r => r.Name()));
    }

    [SkippableTheory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task No_route_reaches_an_upstream_once_a_budget_was_spent_and_but_for_those_that_cost_none_ever_does(StoreKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        using var folder = new TempFolder();
        await using var upstream = await ScriptedUpstream.StartAsync(folder);
        await using var gateway = await GatewayProcess.StartAsync(folder, Yaml(upstream, store), store.Environment);
        using var http = new HttpClient { BaseAddress = new Uri(gateway.Address) };
        var table = await EndpointTable.ReadAsync();

        var reaching = await ReachingAsync(http, table, SharedRig.AppKey, upstream);
        reaching.Should().BeEquivalentTo(Enum.GetValues<Route>().Where(static r => !r.IsFree()).Select(static r => $"POST {r.Template()}"), "nothing else in the table reaches an upstream");

        // The budget of a key, of a team, and in the end that of the gateway.
        foreach (var key in new[] { PoorKey, MemberKey, SharedRig.AppKey })
        {
            var spent = await SendAsync(http, "POST", Caller.Chat, key, Body("fast", new Script { PromptTokens = 1_000_000 }));
            spent.Status.Should().Be(200, spent.Text);
            var hits = (await upstream.StatsAsync()).Requests;

            foreach (var route in Enum.GetValues<Route>().Where(static r => !r.IsFree()))
                foreach (var model in Models.Where(m => route == Route.Pass ? m is "fast" or "wild-a" : m != "demo" || route is not (Route.Rerank or Route.Moderations)))
                    foreach (var stream in new[] { false, true })
                    {
                        var (status, text) = await SendAsync(http, "POST", route.Path(), key, route.Ask(model, new Script { Case = "poor" }, stream && route.Streams(), route == Route.Pass ? route.Bound(100) : null));
                        status.Should().Be(429, $"{key} {route} {model}: {text}");
                        JsonDocument.Parse(text).RootElement.GetProperty("error").GetProperty("code").GetString().Should().Be("budget_exceeded");
                    }
            (await ReachingAsync(http, table, key, upstream)).Should().BeEmpty("nothing is left to pay with");

            (await upstream.StatsAsync()).Requests.Should().Be(hits);
        }
        (await gateway.BudgetsAsync()).Should().HaveCount(3).And.OnlyContain(static b => b.Spent >= b.Limit && b.Held == 0);
    }

    /// <summary>Which calls of the table the upstream heard of.</summary>
    private static async Task<List<string>> ReachingAsync(HttpClient http, IReadOnlyList<Endpoints.Route> table, string key, ScriptedUpstream upstream)
    {
        var reaching = new List<string>();
        var before = (await upstream.StatsAsync()).Requests;
        foreach (var (path, access) in table.Select(static r => (r.Path, r.Access)).Distinct())
        {
            foreach (var method in Methods)
            {
                // Of an admin route with the admin key, or nothing behind the gate would run.
                await SendAsync(http, method, path.Replace("{**id}", "fast", StringComparison.Ordinal).Replace("{name}", "app", StringComparison.Ordinal).Replace(Route.Pass.Template(), Route.Pass.Path(), StringComparison.Ordinal), access == Access.Admin ? GatewayProcess.AdminKey : key,
                    method is "GET" or "HEAD" ? null : BodyFor(path), ("x-api-key", key));
                var now = (await upstream.StatsAsync()).Requests;
                if (now != before)
                    reaching.Add($"{method} {path}");
                before = now;
            }
        }
        return [.. reaching.Distinct()];
    }

    private static string BodyFor(string path)
    {
        foreach (var route in Enum.GetValues<Route>())
        {
            if (route.Template() == path)
                return route.Ask("fast", new Script { Case = "reaching" }, extra: route == Route.Pass ? route.Bound(100) : null);
        }
        return Body("fast", new Script());
    }

    /// <summary>Good for many endpoints, also ones that are not there yet.</summary>
    private static string Body(string model, Script script, bool stream = false)
    {
        var text = Ask.Quote(script.ToString());
        return $$"""{"model":"{{model}}","messages":[{"role":"user","content":{{text}}}],"prompt":{{text}},"input":{{text}},"query":{{text}},"documents":["one"],"max_tokens":100{{(stream ? ",\"stream\":true" : "")}}}""";
    }

    private static async Task<(int Status, string Text)> SendAsync(HttpClient http, string method, string path, string key, string? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await http.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static string Yaml(ScriptedUpstream upstream, TestStore store) => SharedRig.Yaml(upstream.Address, store.Address)
        .Replace("keys:\n", $$"""
            keys:
              - { name: poor, key: {{PoorKey}}, budgets: [{ limit: 0.01, period: total }] }
              - { name: member, key: {{MemberKey}}, team: thrifty }

            """, StringComparison.Ordinal)
        .Replace("teams:\n", "teams:\n  - { name: thrifty, budgets: [{ limit: 0.01, period: total }] }\n", StringComparison.Ordinal)
        + "\nbudgets: [{ limit: 0.10, period: total }]\n";
}
