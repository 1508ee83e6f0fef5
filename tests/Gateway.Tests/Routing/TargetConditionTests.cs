using Gateway.Config;
using Gateway.Routing;
using Gateway.Tests.Support;

namespace Gateway.Tests.Routing;

public class TargetConditionTests
{
    public static TheoryData<ConditionConfig, bool, string?> Conditions() => new()
    {
        { new(), true, null },
        { new() { Keys = ["app"] }, true, null },
        { new() { Keys = ["web", "app"] }, true, null },
        { new() { Keys = ["App"] }, false, "when.keys" },
        { new() { Teams = ["growth"] }, true, null },
        { new() { Teams = ["sales"] }, false, "when.teams" },
        { new() { Tags = ["bulk"] }, true, null },
        { new() { Tags = ["night", "bulk"] }, true, null },
        { new() { Tags = ["bul"] }, false, "when.tags" },
        { Header("x-tier", "gold"), true, null },
        { Header("X-Tier", "gold"), true, null },
        { Header("x-tier", "silver", "gold"), true, null },
        { Header("x-tier", "go*"), true, null },
        { Header("x-tier", "*"), true, null },
        { Header("x-tier", "golden*"), false, "when.headers.x-tier" },
        { Header("x-tier", "Gold"), false, "when.headers.x-tier" },
        { Header("X-Absent", "*"), false, "when.headers.x-absent" },
        { new() { PromptTokens = new(1, 1000) }, true, null },
        { new() { PromptTokens = new(1000, null) }, false, "when.prompt_tokens" },
        { new() { PromptTokens = new(null, 3) }, false, "when.prompt_tokens" },
        { Header("x-tier", "gold") with { Tags = ["night"] }, false, "when.tags" },
    };

    [Theory]
    [MemberData(nameof(Conditions))]
    public void All_parts_must_hold_and_of_a_list_one(ConditionConfig when, bool holds, string? unmet)
    {
        var model = Models.Model("fast", RouteRig.Target("a", when));
        var call = RouteRig.Call(model, key: "app", team: "growth", headers: [("x-tier", "gold"), ("x-gateway-tags", "bulk, day")]);
        var why = new Exclusion[1];

        Candidates.Of(model, call, why).Should().Be(holds ? 1UL : 0UL);
        why[0].Condition.Should().Be(unmet);
    }

    [Fact]
    public void A_key_without_a_team_is_in_none()
    {
        var model = Models.Model("fast", RouteRig.Target("a", new() { Teams = [""] }), RouteRig.Target("b"));

        RouteRig.Of(model, RouteRig.Call(model)).Should().Equal("b");
    }

    /// <summary>Whatever clients send, they reach no target that the operator's conditions keep from them: against an evaluation of its own, without the classes under test.</summary>
    [Fact]
    public void A_target_that_is_not_meant_for_a_request_is_never_chosen()
    {
        var random = new Random(20261122);
        var (kept, served) = (0, 0);
        for (var i = 0; i < 10_000; i++)
        {
            var conditions = Enumerable.Range(0, random.Next(1, 5)).Select(_ => Condition(random)).ToArray();
            var model = Models.Model("fast", [.. conditions.Select(static (c, n) => RouteRig.Target($"m{n}", c))]) with { Strategy = (Strategy)random.Next(6) };
            var request = Request.Of(random);
            var call = RouteRig.Call(model, request.Body, request.Key, request.Team, request.Headers);
            var plan = new RoutePlan(model, new((ulong)random.NextInt64(), (ulong)random.Next(2), true, 10, 10), Candidates.Of(model, call));
            var chosen = new List<string>();
            while (plan.Next(out _) is { } target) chosen.Add(target.Model);

            var meant = conditions.Select((c, n) => (c, n)).Where(x => Means(x.c, request)).Select(static x => $"m{x.n}").ToList();
            chosen.Should().BeEquivalentTo(meant, "case {0}", i);
            kept += conditions.Length - meant.Count;
            served += meant.Count;
            call.Release();
        }

        (kept, served).Should().Match<(int Kept, int Served)>(static n => n.Kept > 5_000 && n.Served > 5_000, "both happen");
    }

    private static bool Means(ConditionConfig when, Request request)
    {
        var tags = request.Headers.Where(static h => h.Name == "x-gateway-tags").SelectMany(static h => h.Value.Split(',')).ToList();
        return (when.Keys.Count == 0 || when.Keys.Any(k => k == request.Key))
            && (when.Teams.Count == 0 || when.Teams.Any(t => t == request.Team))
            && (when.Tags.Count == 0 || when.Tags.Intersect(tags).Any())
            && when.Headers.All(w => request.Headers.Any(h => h.Name == w.Key && w.Value.Any(v => v.EndsWith('*') ? h.Value.StartsWith(v[..^1], StringComparison.Ordinal) : h.Value == v)))
            && (when.PromptTokens is not { } range || ((range.Min ?? 0) <= request.Body.Length / 4 && request.Body.Length / 4 <= (range.Max ?? long.MaxValue)));
    }

    private static ConditionConfig Condition(Random random) => new()
    {
        Keys = Some(random, "k1", "k2", "k3"),
        Teams = Some(random, "t1", "t2"),
        Tags = Some(random, "one", "two", "three"),
        Headers = random.Next(2) == 0 ? new Dictionary<string, IReadOnlyList<string>>() : new Dictionary<string, IReadOnlyList<string>> { [Any(random, "x-a", "x-b")] = [Any(random, "gold", "gold*", "silver", "*")] },
        PromptTokens = random.Next(3) > 0 ? null : new(random.Next(2) == 0 ? null : random.Next(1, 400), random.Next(2) == 0 ? null : random.Next(400, 600)),
    };

    private static IReadOnlyList<string> Some(Random random, params string[] all) => random.Next(3) > 0 ? [] : [.. all.Where(_ => random.Next(2) == 0)];

    private static string Any(Random random, params string[] all) => all[random.Next(all.Length)];

    private static ConditionConfig Header(string name, params string[] values) => new() { Headers = new Dictionary<string, IReadOnlyList<string>> { [name] = values } };

    private sealed record Request(string Key, string? Team, string Body, (string Name, string Value)[] Headers)
    {
        public static Request Of(Random random)
        {
            var headers = new List<(string, string)>();
            foreach (var name in new[] { "x-a", "x-b" })
                if (random.Next(3) > 0) headers.Add((name, Any(random, "gold", "golden", "silver", "bronze")));
            if (random.Next(3) > 0) headers.Add(("x-gateway-tags", string.Join(',', new[] { "one", "two", "three" }.Where(_ => random.Next(2) == 0))));
            var body = RouteRig.Body.Replace("hi", new string('x', random.Next(2_400)), StringComparison.Ordinal);
            return new(Any(random, "k1", "k2", "k3"), Any(random, "t1", "t2", "-") is var team && team == "-" ? null : team, body, [.. headers]);
        }
    }
}
