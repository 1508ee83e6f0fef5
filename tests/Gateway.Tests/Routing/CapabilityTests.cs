using Gateway.Cache;
using Gateway.Core.Errors;
using Gateway.Metering.Pricing;
using Gateway.Routing;
using Gateway.Tests.Cache;
using Gateway.Tests.Support;

namespace Gateway.Tests.Routing;

public class CapabilityTests
{
    private const string Image = """{"model":"fast","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.example/a.png"}}]}]}""";
    private const string Tools = """{"model":"fast","messages":[],"tools":[{"type":"function","function":{"name":"f"}}]}""";

    [Theory]
    [InlineData(Image, "seeing", "calling,seeing")]
    [InlineData(Tools, "calling", "calling,seeing")]
    public void A_target_that_the_operator_says_cannot_is_no_candidate(string body, string able, string without)
    {
        var model = Models.Model("fast",
            RouteRig.Target("calling", said: new() { Vision = false }),
            RouteRig.Target("seeing", said: new() { Tools = false }));

        RouteRig.Of(model, RouteRig.Call(model, body)).Should().Equal(able);
        RouteRig.Of(model, RouteRig.Call(model)).Should().Equal(without.Split(','));
    }

    [Fact]
    public void What_the_catalogue_does_not_list_counts_as_long_as_another_target_has_it()
    {
        var blind = RouteRig.Target("blind", known: CatalogCapabilities.Tools);
        var seeing = RouteRig.Target("seeing", known: CatalogCapabilities.Vision | CatalogCapabilities.Tools);
        var unknown = RouteRig.Target("unknown");
        var both = Models.Model("fast", blind, seeing, unknown);
        var alone = Models.Model("fast", blind, blind with { Model = "blind-too" });
        var why = new Exclusion[3];

        RouteRig.Of(both, RouteRig.Call(both, Image)).Should().Equal("seeing", "unknown");
        RouteRig.Of(both, RouteRig.Call(both)).Should().Equal("blind", "seeing", "unknown");
        RouteRig.Of(alone, RouteRig.Call(alone, Image)).Should().Equal("blind", "blind-too");
        Candidates.Of(both, RouteRig.Call(both, Image), why);
        why.Select(static e => e.Kind).Should().Equal(ExclusionKind.Unlikely, ExclusionKind.None, ExclusionKind.None);
    }

    [Fact]
    public void The_operators_word_goes_before_the_catalogues()
    {
        var said = RouteRig.Target("said", said: new() { Vision = true, Context = 10_000 }, known: CatalogCapabilities.None, window: 10);
        var listed = RouteRig.Target("listed", known: CatalogCapabilities.Vision, window: 10_000);
        var model = Models.Model("fast", said, listed);

        RouteRig.Of(model, RouteRig.Call(model, Image)).Should().Equal("said", "listed");
    }

    [Fact]
    public void Prompt_and_answer_have_to_fit_into_the_context()
    {
        var model = Models.Model("fast", RouteRig.Target("short", said: new() { Context = 100 }), RouteRig.Target("long", said: new() { Context = 1000 }));
        string Body(int letters, int? bound) => $$"""{"model":"fast","messages":[{"role":"user","content":"{{new string('x', letters)}}"}]{{(bound is null ? "" : $",\"max_tokens\":{bound}")}}}""";

        RouteRig.Of(model, RouteRig.Call(model, Body(100, null))).Should().Equal("short", "long");
        RouteRig.Of(model, RouteRig.Call(model, Body(100, 90))).Should().Equal("long");
        RouteRig.Of(model, RouteRig.Call(model, Body(400, null))).Should().Equal("long");
        RouteRig.Of(model, RouteRig.Call(model, Body(4000, null))).Should().BeEmpty();
    }

    [Fact]
    public void What_no_target_can_is_a_400_that_names_the_field()
    {
        var model = Models.Model("fast", RouteRig.Target("a", said: new() { Vision = false, Tools = false, Context = 5 }), RouteRig.Target("b", new() { Keys = ["other"] }));

        Told(model, Image).Should().Match<GatewayError>(static e => e.Status == 400 && e.Param == "messages" && e.Code == "unsupported_capability" && e.Message.Contains("images"));
        Told(model, Tools).Should().Match<GatewayError>(static e => e.Status == 400 && e.Param == "tools" && e.Message.Contains("calls functions"));
        Told(model, RouteRig.Body).Should().Match<GatewayError>(static e => e.Status == 400 && e.Param == "messages" && e.Code == "context_length_exceeded" && e.Message.Contains("takes 5 together"));
        var other = Models.Model("fast", RouteRig.Target("b", new() { Keys = ["other"] }));
        Told(other, RouteRig.Body).Should().Match<GatewayError>(static e => e.Status == 400 && e.Param == "model" && e.Code == "no_matching_target");
    }

    [Fact]
    public void A_prompt_that_the_gateway_finds_too_long_goes_to_the_context_fallbacks()
    {
        var model = Models.Model("fast", RouteRig.Target("a", said: new() { Context = 5 }));

        new Fallbacks(["other"], ["long"], []).After(Told(model, RouteRig.Body), mayHelp: true).Should().Equal("long");
    }

    [Fact]
    public void An_answer_out_of_the_cache_is_only_for_who_may_reach_the_same_targets()
    {
        var model = Models.Model("fast", RouteRig.Target("gold", new() { Headers = new Dictionary<string, IReadOnlyList<string>> { ["x-tier"] = ["gold"] } }), RouteRig.Target("plain")) with { Cache = CacheRig.Policy };

        CacheKey Key(params (string, string)[] headers) => CacheKeys.Of(RouteRig.Call(model, headers: headers), CacheRig.Policy);

        Key(("x-tier", "gold")).Should().NotBe(Key()).And.Be(Key(("x-tier", "gold")));
        Key(("x-tier", "silver")).Should().Be(Key());
    }

    private static GatewayError Told(ModelEntry model, string body)
    {
        var call = RouteRig.Call(model, body);
        Candidates.Of(model, call).Should().Be(0);
        return NoCandidate.Of(model, call, out _);
    }
}
