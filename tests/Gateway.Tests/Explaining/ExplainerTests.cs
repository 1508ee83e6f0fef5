using System.Text;
using System.Text.Json;
using Gateway.Admission;
using Gateway.Cache;
using Gateway.Config;
using Gateway.Core.Errors;
using Gateway.Core.Money;
using Gateway.Explaining;
using Gateway.Pipeline;
using Gateway.Routing;
using Gateway.Tests.Cache;
using Gateway.Tests.Routing;
using Gateway.Tests.Support;

namespace Gateway.Tests.Explaining;

public class ExplainerTests
{
    private static readonly ConditionConfig Gold = new() { Headers = new Dictionary<string, IReadOnlyList<string>> { ["x-tier"] = ["gold"] } };

    private readonly Explainer _explainer = new(new MemoryAdmission(TimeProvider.System));

    [Fact]
    public void Each_target_is_there_with_the_reason_why_it_is_no_candidate()
    {
        var model = Models.Model("fast",
            RouteRig.Target("gold", Gold) with { Quality = 1 },
            RouteRig.Target("blind", said: new() { Vision = false }) with { Quality = 1 },
            RouteRig.Target("short", said: new() { Context = 3 }) with { Quality = 1 },
            RouteRig.Target("poor") with { Quality = 0.1 },
            RouteRig.Target("dear", price: new ModelPrice { Version = "1", Input = 100_000, Output = 1 }) with { Quality = 1 },
            RouteRig.Target("good") with { Quality = 1 });
        var call = Keyed(RouteRig.Call(model, """{"model":"fast","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.example"}}]}]}""",
            headers: [("x-gateway-min-quality", "0.5"), ("x-gateway-max-cost", "0.01")]));

        var told = Json(_explainer.Explain(call));

        told.GetProperty("models")[0].GetProperty("targets").EnumerateArray().Select(static t => $"{t.GetProperty("target_model")} {t.GetProperty("reason")} {t.GetProperty("detail")}".Trim()).Should().Equal(
            "gold condition when.headers.x-tier", "blind capability vision", "short context 3 tokens", "poor quality 0.1", "dear cost up to $13.604096", "good");
        told.GetProperty("order").EnumerateArray().Select(static s => s.GetProperty("target_model").GetString()).Should().Equal("good");
        told.GetProperty("needs").GetProperty("vision").GetBoolean().Should().BeTrue();
        told.GetProperty("constraints").GetRawText().Should().Be("""{"max_cost_nano_usd":10000000,"max_latency_ms":null,"min_quality":0.5}""");
        told.GetProperty("error").ValueKind.Should().Be(JsonValueKind.Null);
    }

    [Fact]
    public void Where_no_target_is_left_it_says_what_the_client_would_hear()
    {
        var model = Models.Model("fast", RouteRig.Target("gold", Gold));
        var call = Keyed(RouteRig.Call(model));
        GatewayError? failed = null;
        new RouteWalk(call).Next(ref failed, out _).Should().BeNull();

        _explainer.Explain(call).Error.Should().Be(failed);
    }

    /// <summary>Whatever the strategy, the sessions, the conditions and the breakers: the targets that the explanation names are those that are asked, in that order.</summary>
    [Fact]
    public void What_it_says_is_what_then_happens()
    {
        var random = new Random(11);
        for (var i = 0; i < 1_000; i++)
        {
            var time = new ManualTime(CacheRig.Noon);
            var model = Model(random, time);
            var call = Keyed(RouteRig.Call(model, headers: random.Next(2) == 0 ? [("x-tier", "gold")] : []));

            var said = _explainer.Explain(call).Steps.Select(static s => s.Target.Model).ToList();

            var (asked, walk) = (new List<string>(), new RouteWalk(call));
            GatewayError? failed = null;
            while (walk.Next(ref failed, out _) is { } target)
            {
                asked.Add(target.Model);
                target.Health.Leave();
                failed = new(ErrorKind.BadUpstream, "500");
            }

            said.Should().Equal(asked, "case {0}", i);
        }
    }

    [Fact]
    public void Nothing_changes_by_it()
    {
        var time = new ManualTime(CacheRig.Noon);
        var down = RouteRig.Target("down") with { Health = Models.Health("acme", "down", new BreakerConfig { MinAttempts = 2, Open = TimeSpan.FromSeconds(10) }, time) };
        for (var i = 0; i < 2; i++) down.Health.Failed(new(ErrorKind.BadUpstream, "500") { UpstreamStatus = 500 }, false, true, TimeSpan.Zero);
        var model = Models.Model("fast", down, RouteRig.Target("up")) with { Strategy = Strategy.LeastBusy };
        var call = Keyed(RouteRig.Call(model));
        time.Advance(TimeSpan.FromSeconds(11));

        for (var i = 0; i < 20; i++) _explainer.Explain(call).Steps.Should().HaveCount(2);

        model.Targets.Should().OnlyContain(static t => t.Health.InFlight == 0);
        down.Health.Wait.Should().BeNull("nobody probes it");
        down.Health.TryEnter(out var isProbe).Should().BeTrue();
        isProbe.Should().BeTrue("the first request that does probes it");
        (call.Attempts, call.Attempt).Should().Be((0, null));
    }

    [Fact]
    public void The_cache_is_told_with_the_key_that_would_be_looked_up()
    {
        var model = Models.Model("fast", RouteRig.Target("up"));
        var cached = model with { Cache = CacheRig.Policy };

        Outlook(model).Should().Be((CacheOutlook.Off, null));
        Outlook(cached).Should().Be((CacheOutlook.Lookup, CacheKeys.Of(Keyed(RouteRig.Call(cached)), CacheRig.Policy)));
        Outlook(cached, ("x-gateway-cache", "no-store")).Should().Be((CacheOutlook.Bypass, null));

        (CacheOutlook, CacheKey?) Outlook(ModelEntry entry, params (string, string)[] headers)
        {
            var explanation = _explainer.Explain(Keyed(RouteRig.Call(entry, headers: headers)));
            return (explanation.Cache, explanation.CacheKey);
        }
    }

    [Theory]
    [InlineData(1, 1, 'e')]
    [InlineData(64, 1, 'e')]
    [InlineData(64, 500, 'e')]
    [InlineData(64, 500, 'é')]
    public void A_note_for_the_ledger_is_whole_JSON_within_its_bound(int targets, int attempts, char letter)
    {
        var longName = new string(letter, 120);
        var provider = Models.Provider(longName) with { Manifest = RouteRig.Target("x").Provider.Manifest };
        var model = Models.Model(longName, [.. Enumerable.Range(0, targets).Select(n => Models.Target(provider, $"{longName}{n}"))]);
        var note = ExplainNote.Of(_explainer.Explain(Keyed(RouteRig.Call(model))));
        for (var i = 0; i < attempts; i++) note.Attempted(model.Targets[0], 500);

        var text = note.Text();

        Encoding.UTF8.GetByteCount(text).Should().BeLessThanOrEqualTo(Gateway.Metering.LedgerLimits.Explain);
        var json = JsonDocument.Parse(text).RootElement;
        json.GetProperty("attempts").GetArrayLength().Should().BePositive();
        json.GetProperty("left_off").GetBoolean().Should().Be(targets > 1);
        json.GetProperty("attempts")[0].GetProperty("status").GetInt32().Should().Be(500);
    }

    private static ModelEntry Model(Random random, ManualTime time)
    {
        var targets = Enumerable.Range(0, random.Next(1, 6)).Select(n =>
        {
            var health = Models.Health("acme", $"m{n}", new BreakerConfig { MinAttempts = 2 }, time);
            for (var failures = random.Next(4); failures > 0; failures--) health.Failed(new(ErrorKind.BadUpstream, "500") { UpstreamStatus = 500 }, false, true, TimeSpan.Zero);
            if (random.Next(3) == 0) health.Answered(false, false, TimeSpan.FromSeconds(random.Next(1, 9)));
            return RouteRig.Target($"m{n}", random.Next(3) == 0 ? Gold : null) with { Health = health, Weight = random.Next(3) };
        });
        return Models.Model("fast", [.. targets]) with { Strategy = (Strategy)random.Next(6), Sticky = (Stickiness)random.Next(3) };
    }

    private static Call Keyed(Call call)
    {
        call.Key!.Scopes = new KeyScopes();
        return call;
    }

    private static JsonElement Json(Explanation explanation)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer)) ExplanationJson.Write(json, explanation);
        return JsonDocument.Parse(buffer.ToArray()).RootElement;
    }
}
