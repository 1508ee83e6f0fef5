using Gateway.Admission;
using Gateway.Core.Errors;
using Gateway.Core.Money;
using Gateway.Pipeline;
using Gateway.Routing;
using Gateway.Tests.Cache;
using Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Routing;

public class ConstraintTests
{
    private const string Cost = "x-gateway-max-cost";
    private const string Latency = "x-gateway-max-latency";
    private const string Quality = "x-gateway-min-quality";

    [Theory]
    [InlineData(null, null, "good,fair,unrated")]
    [InlineData(0.5, null, "good,fair")]
    [InlineData(null, "0.5", "good,fair")]
    [InlineData(0.5, "0.6", "good")]
    [InlineData(0.9, "0.1", "good")]
    [InlineData(null, "0", "good,fair")]
    public void Of_quality_the_stricter_of_model_and_request_holds(double? ofModel, string? ofRequest, string left)
    {
        var model = Models.Model("fast", RouteRig.Target("good") with { Quality = 0.9 }, RouteRig.Target("fair") with { Quality = 0.5 }, RouteRig.Target("unrated"))
            with
        { Constraints = new(null, null, ofModel) };

        RouteRig.Of(model, ofRequest is null ? RouteRig.Call(model) : RouteRig.Call(model, headers: [(Quality, ofRequest)])).Should().Equal(left.Split(','));
    }

    /// <summary>100 tokens of an answer cost 100 µ$ at 1 $/M and 1,000 µ$ at 10; of the prompt each byte counts as a token, at no price here.</summary>
    [Theory]
    [InlineData(null, null, "dear,cheap,unpriced")]
    [InlineData(0.001, null, "dear,cheap,unpriced")]
    [InlineData(0.0009, null, "cheap,unpriced")]
    [InlineData(0.001, "0.0001", "cheap,unpriced")]
    [InlineData(0.0001, "5", "cheap,unpriced")]
    [InlineData(null, "0.00009", "unpriced")]
    public void Of_cost_the_stricter_of_model_and_request_holds(double? ofModel, string? ofRequest, string left)
    {
        var model = Priced() with { Constraints = new(ofModel is null ? null : NanoUsd.FromDollars((decimal)ofModel), null, null) };

        RouteRig.Of(model, ofRequest is null ? Bounded(model) : Bounded(model, (Cost, ofRequest))).Should().Equal(left.Split(','));
    }

    [Fact]
    public void The_operators_bound_of_the_answer_counts_and_not_the_clients()
    {
        var model = Priced() with { Fields = [OperatorField.Create("max_tokens", "10"u8, wins: true)], Constraints = new(NanoUsd.FromDollars(0.0001m), null, null) };

        RouteRig.Of(model, Bounded(model)).Should().Equal("dear", "cheap", "unpriced");
    }

    [Fact]
    public void A_slow_target_is_passed_over_for_a_minute_and_an_unknown_one_is_not()
    {
        var time = new ManualTime(CacheRig.Noon);
        var slow = RouteRig.Target("slow") with { Health = Models.Health("acme", "slow", time: time) };
        var model = Models.Model("fast", slow, RouteRig.Target("unknown")) with { Constraints = new(null, TimeSpan.FromSeconds(2), null) };
        slow.Health.Latency(isStream: false).Answered(TimeSpan.FromSeconds(3));

        RouteRig.Of(model, RouteRig.Call(model)).Should().Equal("unknown");
        RouteRig.Of(model, RouteRig.Call(model, """{"model":"fast","stream":true,"messages":[]}""")).Should().Equal(["slow", "unknown"], "of its streams nothing is known");
        time.Advance(TimeSpan.FromSeconds(61));
        RouteRig.Of(model, RouteRig.Call(model)).Should().Equal("slow", "unknown");
    }

    [Fact]
    public void Where_none_keeps_within_it_the_answer_says_what_would_have_done()
    {
        var time = new ManualTime(CacheRig.Noon);
        var slow = RouteRig.Target("slow") with { Health = Models.Health("acme", "slow", time: time), Quality = 0.4 };
        slow.Health.Latency(isStream: false).Answered(TimeSpan.FromSeconds(3));
        time.Advance(TimeSpan.FromSeconds(20));
        var one = Models.Model("fast", slow);
        var priced = Models.Model("fast", [.. Priced().Targets.Take(2)]);

        NoCandidate.Of(one, RouteRig.Call(one, headers: [(Latency, "1s")]), out _).Should().Match<GatewayError>(static e =>
            e.Status == 503 && e.RetryAfter == TimeSpan.FromSeconds(40) && e.Message.Contains("(1 s)") && e.Message.Contains("took 3 s"));
        NoCandidate.Of(one, RouteRig.Call(one, headers: [(Quality, "0.5")]), out _).Should().Match<GatewayError>(static e =>
            e.Status == 400 && e.Param == Quality && e.Code == "min_quality" && e.Message.Contains("rated 0.4"));
        NoCandidate.Of(priced, Bounded(priced, (Cost, "0.00009")), out _).Should().Match<GatewayError>(static e =>
            e.Status == 400 && e.Param == Cost && e.Code == "max_cost" && e.Message.Contains("up to $0.0001 at") && e.Message.Contains("may cost $0.00009."));
        var strict = priced with { Constraints = new(NanoUsd.FromDollars(0.00001m), null, null) };
        NoCandidate.Of(strict, Bounded(strict, (Cost, "1")), out _).Param.Should().Be("model", "the client's own would have let it through");
    }

    [Fact]
    public void An_answer_out_of_the_cache_does_not_depend_on_how_slow_a_target_is()
    {
        var slow = RouteRig.Target("slow");
        var model = Models.Model("fast", slow, RouteRig.Target("other")) with { Cache = CacheRig.Policy, Constraints = new(null, TimeSpan.FromSeconds(1), null) };
        var before = Gateway.Cache.CacheKeys.Of(RouteRig.Call(model), CacheRig.Policy);
        slow.Health.Latency(isStream: false).Answered(TimeSpan.FromSeconds(3));

        RouteRig.Of(model, RouteRig.Call(model)).Should().Equal("other");
        Gateway.Cache.CacheKeys.Of(RouteRig.Call(model), CacheRig.Policy).Should().Be(before);
    }

    [Theory]
    [InlineData(Cost, "0")]
    [InlineData(Cost, "-1")]
    [InlineData(Cost, "1e3")]
    [InlineData(Cost, "$5")]
    [InlineData(Cost, "0.0000000001")]
    [InlineData(Cost, "99999999999999999999999999")]
    [InlineData(Latency, "2")]
    [InlineData(Latency, "-2s")]
    [InlineData(Latency, "fast")]
    [InlineData(Quality, "1.1")]
    [InlineData(Quality, "-0.1")]
    [InlineData(Quality, "NaN")]
    [InlineData(Quality, "high")]
    public void A_constraint_that_is_none_is_a_400_that_names_the_header(string name, string value)
    {
        var headers = new HeaderDictionary { [name] = value };

        CallOptions.Read(headers).Error.Should().Match<GatewayError>(e => e.Status == 400 && e.Param == name);
    }

    private static ModelEntry Priced() => Models.Model("fast",
        RouteRig.Target("dear", price: new ModelPrice { Version = "1", Input = 0, Output = 10 }),
        RouteRig.Target("cheap", price: new ModelPrice { Version = "1", Input = 0, Output = 1 }),
        RouteRig.Target("unpriced"));

    private static Call Bounded(ModelEntry model, params (string, string)[] headers)
    {
        var call = RouteRig.Call(model, """{"model":"fast","max_tokens":100,"messages":[]}""", headers: headers);
        call.Key!.Scopes = new KeyScopes();
        return call;
    }
}
