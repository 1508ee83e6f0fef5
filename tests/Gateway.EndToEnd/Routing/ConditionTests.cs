using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Routing;

/// <summary>Targets that are for some requests, and targets that cannot do what a request needs.</summary>
public sealed class ConditionTests : IAsyncLifetime
{
    private const string Image = "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://a.example/a.png\"}}";

    private RoutingGateway _rig = null!;

    public async Task InitializeAsync() => _rig = await RoutingGateway.StartAsync("""
          - name: tiers
            strategy: ordered
            cache: { ttl: 10m }
            targets:
              - { provider: up, model: gold, when: { headers: { x-tier: [gold, "plat*"] } } }
              - { provider: up, model: bulk, when: { tags: bulk } }
              - { provider: up, model: short, when: { prompt_tokens: { max: 200 } } }
              - { provider: up, model: rest }
          - { name: theirs, targets: [{ provider: up, model: theirs, when: { keys: somebody-else } }] }
          - { name: helped, targets: [{ provider: up, model: theirs, when: { teams: [nobody] } }], fallbacks: [plain] }
          - { name: plain, targets: [{ provider: up, model: plain }] }
          - { name: blind, targets: [{ provider: up, model: blind, capabilities: { vision: false, tools: false } }] }
          - { name: small, targets: [{ provider: up, model: small, capabilities: { context: 300 } }], context_fallbacks: [plain], fallbacks: [blind] }
          - name: rated
            strategy: ordered
            min_quality: 0.5
            targets:
              - { provider: up, model: poor, quality: 0.1, price: { input: 0, output: 1 } }
              - { provider: up, model: fair, quality: 0.5, price: { input: 0, output: 10 } }
              - { provider: up, model: good, quality: 0.9, price: { input: 0, output: 100 } }
          - { name: thrifty, max_cost: 0.0001, targets: [{ provider: up, model: good, price: { input: 0, output: 100 } }], fallbacks: [plain] }
          - { name: slow, targets: [{ provider: up, model: slow }] }
          - { name: tiny, targets: [{ provider: up, model: small, capabilities: { context: 300 } }] }
        """);

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Theory]
    [InlineData("gold", null, 1, "gold")]
    [InlineData("platinum", "bulk", 1, "gold")]
    [InlineData("silver", "day,bulk", 1, "bulk")]
    [InlineData(null, "day", 1, "short")]
    [InlineData("Gold", null, 2_000, "rest")]
    public async Task The_first_target_that_is_meant_for_a_request_serves_it(string? tier, string? tags, int letters, string target)
    {
        var headers = new List<(string, string)>();
        if (tier is not null) headers.Add(("x-tier", tier));
        if (tags is not null) headers.Add(("x-gateway-tags", tags));
        var name = Ask.NewCase("tier");

        var answer = await _rig.App.ChatAsync(Ask.Chat("tiers", new Script { Case = name, Text = "yes" }, extra: $"\"x_padding\":\"{new string('x', letters)}\""), [.. headers]);

        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        answer.Header("x-gateway-target").Should().Be($"up/{target}");
        (await _rig.Gateway.RowsOfAsync(name, 1)).Should().ContainSingle().Which.TargetModel.Should().Be(target);
    }

    [Fact]
    public async Task Another_tiers_answer_does_not_come_out_of_the_cache()
    {
        var body = Ask.Chat("tiers", new Script { Case = Ask.NewCase("shared"), Text = "yes" });

        var gold = await _rig.App.ChatAsync(body, ("x-tier", "gold"));
        var again = await _rig.App.ChatAsync(body, ("x-tier", "gold"));
        var plain = await _rig.App.ChatAsync(body);

        gold.Header("x-gateway-target").Should().Be("up/gold");
        again.Header("x-gateway-cache").Should().Be("hit");
        (plain.Header("x-gateway-cache"), plain.Header("x-gateway-target")).Should().Be(("miss", "up/short"));
    }

    [Fact]
    public async Task A_request_can_ask_for_better_and_cheaper_targets_and_for_no_worse_ones()
    {
        string Body() => Ask.Chat("rated", new Script { Case = Ask.NewCase("rated"), Text = "yes" }, extra: "\"max_tokens\":100");
        const string cost = "x-gateway-max-cost", quality = "x-gateway-min-quality";

        (await _rig.App.ChatAsync(Body(), (quality, "0.1"))).Header("x-gateway-target").Should().Be("up/fair");
        (await _rig.App.ChatAsync(Body(), (quality, "0.8"))).Header("x-gateway-target").Should().Be("up/good");
        (await _rig.App.ChatAsync(Body(), (cost, "0.002"))).Header("x-gateway-target").Should().Be("up/fair");
        var dear = await _rig.App.ChatAsync(Body(), (cost, "0.002"), (quality, "0.8"));
        dear.Status.Should().Be(HttpStatusCode.BadRequest);
        dear.Error.GetProperty("param").GetString().Should().Be(cost);
        dear.Error.GetProperty("message").GetString().Should().Contain("up to $0.01 at the cheapest target");
        (await _rig.App.ChatAsync(Body(), (quality, "best"))).Error.GetProperty("param").GetString().Should().Be(quality);
        (await _rig.App.ChatAsync(Ask.Chat("thrifty", new Script { Case = Ask.NewCase("rated"), Text = "yes" }, extra: "\"max_tokens\":100"))).Header("x-gateway-target").Should().Be("up/plain");
    }

    [Fact]
    public async Task A_target_that_was_slow_is_a_503_with_retry_after_for_who_cannot_wait()
    {
        var name = Ask.NewCase("slow");
        var first = await _rig.App.ChatAsync(Ask.Chat("slow", new Script { Case = name, Text = "at last", HeadersMs = 600 }), ("x-gateway-max-latency", "200ms"));
        var second = await _rig.App.ChatAsync(Ask.Chat("slow", new Script { Case = name, Text = "yes" }), ("x-gateway-max-latency", "200ms"));
        var third = await _rig.App.ChatAsync(Ask.Chat("slow", new Script { Case = name, Text = "yes" }), ("x-gateway-max-latency", "20s"));

        (first.Status, second.Status, third.Status).Should().Be((HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK), second.Text);
        second.Error.GetProperty("code").GetString().Should().Be("no_target_available");
        int.Parse(second.Header("retry-after")!, System.Globalization.CultureInfo.InvariantCulture).Should().BeInRange(30, 60);
        (await _rig.Upstream.RequestsAsync(name)).Should().HaveCount(2);
    }

    [Fact]
    public async Task A_request_that_no_target_is_meant_for_is_a_400_or_goes_to_the_fallbacks()
    {
        var name = Ask.NewCase("nobody");

        var refused = await _rig.App.ChatAsync(Ask.Chat("theirs", new Script { Case = name }), ("x-gateway-user", "somebody-else"));
        var helped = await _rig.App.ChatAsync(Ask.Chat("helped", new Script { Case = name, Text = "yes" }));

        refused.Status.Should().Be(HttpStatusCode.BadRequest);
        refused.Error.GetProperty("code").GetString().Should().Be("no_matching_target");
        refused.Error.GetProperty("param").GetString().Should().Be("model");
        helped.Header("x-gateway-target").Should().Be("up/plain");
        (await _rig.Upstream.RequestsAsync(name)).Should().HaveCount(1);
    }

    [Fact]
    public async Task What_no_target_can_do_is_a_400_that_names_the_field_and_nothing_is_sent()
    {
        var name = Ask.NewCase("blind");
        var image = $$"""{"model":"blind","user":"{{name}}","messages":[{"role":"user","content":[{{Image}}]}]}""";
        var tools = Ask.Chat("blind", "hi", name, extra: "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]");

        (await _rig.App.ChatAsync(image)).Should().Match<Answer>(static a => a.Status == HttpStatusCode.BadRequest && a.Error.GetProperty("param").GetString() == "messages" && a.Error.GetProperty("code").GetString() == "unsupported_capability");
        (await _rig.App.ChatAsync(tools)).Should().Match<Answer>(static a => a.Status == HttpStatusCode.BadRequest && a.Error.GetProperty("param").GetString() == "tools");
        (await _rig.Upstream.RequestsAsync(name)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_prompt_that_does_not_fit_goes_to_the_context_fallbacks_and_without_them_is_a_400()
    {
        var name = Ask.NewCase("long");
        string Body(string model) => Ask.Chat(model, new Script { Case = name, Text = "yes" }, extra: $"\"x_padding\":\"{new string('x', 2_000)}\"");

        var helped = await _rig.App.ChatAsync(Body("small"));
        var refused = await _rig.App.ChatAsync(Body("tiny"));

        helped.Header("x-gateway-target").Should().Be("up/plain");
        refused.Status.Should().Be(HttpStatusCode.BadRequest);
        refused.Error.GetProperty("code").GetString().Should().Be("context_length_exceeded");
        (await _rig.Upstream.RequestsAsync(name)).Should().HaveCount(1);
    }
}
