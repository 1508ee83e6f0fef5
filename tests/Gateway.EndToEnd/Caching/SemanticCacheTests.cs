using System.Globalization;
using System.Net;
using System.Text.Json;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Caching;

/// <summary>Requests that mean the same in other words. The texts of these tests carry their own embeddings.</summary>
public sealed class SemanticCacheTests : IAsyncLifetime
{
    private const string Embed = "up-embed";

    private static readonly float[] East = [1, 0];
    private static readonly float[] NearlyEast = [0.98f, 0.199f];
    private static readonly float[] NorthEast = [0.7071f, 0.7071f];

    private CachingGateway? _rig;

    private CachingGateway Rig => _rig!;

    public async Task InitializeAsync() => _rig = await CachingGateway.StartAsync(models: $$"""
          - { name: embed, targets: [{ provider: up, model: {{Embed}}, price: {{PriceList.Yaml}} }] }
          - { name: alike, cache: { ttl: 10m, semantic: { embedding_model: embed, threshold: 0.95 } }, targets: [{ provider: up, model: up-fast, price: {{PriceList.Yaml}} }] }
          - { name: crewed, cache: { ttl: 10m, share: team, semantic: { embedding_model: embed, threshold: 0.95 } }, targets: [{ provider: up, model: up-fast, price: {{PriceList.Yaml}} }] }
          - { name: watched, cache: { ttl: 10m, semantic: { embedding_model: embed, threshold: 0.95, shadow: true } }, targets: [{ provider: up, model: up-fast, price: {{PriceList.Yaml}} }] }
        """, app: ", models: [alike, crewed, watched]");

    public async Task DisposeAsync()
    {
        if (_rig is not null) await _rig.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Other_words_of_the_same_meaning_get_the_answer_byte_for_byte(bool stream)
    {
        var (first, second) = (Ask.NewCase("first"), Ask.NewCase("second"));
        var made = await Rig.App.StreamAsync(Body("alike", first, East, stream));

        var found = await Rig.App.StreamAsync(Body("alike", second, NearlyEast, stream));

        made.Headers["x-gateway-cache"].Should().Be("miss");
        found.Headers["x-gateway-cache"].Should().Be("hit");
        double.Parse(found.Headers["x-gateway-cache-similarity"], CultureInfo.InvariantCulture).Should().BeApproximately(0.98, 0.001);
        found.Headers["x-gateway-original-request-id"].Should().Be(made.Headers["x-request-id"]);
        found.Bytes.Should().Equal(made.Bytes);
        (await Asked(second)).Should().Equal([Embed], "only the embedding was asked for");
        (await Rig.Gateway.MetricsAsync()).Sum("gateway_cache_requests_total", ("model", "alike"), ("result", "semantic_hit")).Should().Be(1);
    }

    [Fact]
    public async Task Who_waits_for_the_same_request_is_told_how_near_its_answer_is_too()
    {
        await Rig.App.ChatAsync(Body("alike", Ask.NewCase("first"), East));
        var name = Ask.NewCase("second");
        var slowly = new Directive { Script = new Script { Case = name }, Models = new() { [Embed] = new Script { Case = name, Vector = NearlyEast, HeadersMs = 200 } } };
        var body = Ask.Chat("alike", slowly.ToString());

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Rig.App.ChatAsync(body)));

        (await Rig.Gateway.MetricsAsync()).Sum("gateway_cache_requests_total", ("model", "alike"), ("result", "joined")).Should().BePositive();
        answers.Select(static a => a.Header("x-gateway-cache")).Should().AllBe("hit");
        answers.Select(static a => a.Header("x-gateway-cache-similarity")).Distinct().Should().ContainSingle().Which.Should().StartWith("0.98");
    }

    [Fact]
    public async Task A_request_whose_time_the_embedding_used_up_is_not_made()
    {
        var name = Ask.NewCase("used-up");
        var slowly = new Directive { Script = new Script { Case = name }, Models = new() { [Embed] = new Script { Case = name, Vector = East, Stall = Stall.Headers } } };

        var answer = await Rig.App.ChatAsync(Ask.Chat("alike", slowly.ToString()), ("x-gateway-user", name), ("x-gateway-timeout", "1500ms"));

        answer.Status.Should().Be(HttpStatusCode.GatewayTimeout);
        (await Asked(name)).Should().Equal([Embed]);
        (await Rig.Gateway.RowsOfAsync(name, 1)).Should().ContainSingle().Which.Endpoint.Should().Be("/v1/embeddings");
    }

    [Fact]
    public async Task Embeddings_are_paid_by_the_key_that_asks_and_need_no_permission()
    {
        var name = Ask.NewCase("paid");

        await Rig.App.ChatAsync(Body("alike", name, East), ("x-gateway-user", name));

        var rows = await Rig.Gateway.RowsOfAsync(name, 2);
        rows.Should().HaveCount(2).And.OnlyContain(static r => r.Key == "app" && r.Status == 200 && r.CostNanoUsd > 0);
        rows.Select(static r => r.Endpoint).Should().BeEquivalentTo(["/v1/embeddings", "/v1/chat/completions"]);
        (await Rig.App.SendAsync(HttpMethod.Post, "/v1/embeddings", """{"model":"embed","input":"x"}""")).Status.Should().Be(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task What_means_something_else_is_made()
    {
        var (first, second) = (Ask.NewCase("first"), Ask.NewCase("second"));
        await Rig.App.ChatAsync(Body("alike", first, East));

        (await Rig.App.ChatAsync(Body("alike", second, NorthEast))).Header("x-gateway-cache").Should().Be("miss");

        (await Asked(second)).Should().BeEquivalentTo([Embed, "up-fast"]);
    }

    [Fact]
    public async Task Another_owner_another_system_prompt_and_other_parameters_are_made()
    {
        await Rig.App.ChatAsync(Body("alike", Ask.NewCase("first"), East));
        await Rig.App.ChatAsync(Body("crewed", Ask.NewCase("first"), East));

        (await Rig.Other.ChatAsync(Body("alike", Ask.NewCase("other"), East))).Header("x-gateway-cache").Should().Be("miss", "another key");
        (await Rig.Other.ChatAsync(Body("crewed", Ask.NewCase("crew"), East))).Header("x-gateway-cache").Should().Be("hit", "a key of the same team");
        (await Rig.Alone.ChatAsync(Body("crewed", Ask.NewCase("alone"), East))).Header("x-gateway-cache").Should().Be("miss", "a key of none");
        (await Rig.App.ChatAsync(Body("alike", Ask.NewCase("hot"), East, extra: "\"temperature\":1"))).Header("x-gateway-cache").Should().Be("miss", "another parameter");
        var spoken = Body("alike", Ask.NewCase("spoken"), East).Replace("\"messages\":[", "\"messages\":[{\"role\":\"system\",\"content\":\"Be brief.\"},", StringComparison.Ordinal);
        (await Rig.App.ChatAsync(spoken)).Header("x-gateway-cache").Should().Be("miss", "another system prompt");
        (await Rig.App.ChatAsync(Body("alike", Ask.NewCase("again"), East))).Header("x-gateway-cache").Should().Be("hit");
    }

    [Fact]
    public async Task What_is_purged_is_not_found()
    {
        await Rig.App.ChatAsync(Body("alike", Ask.NewCase("first"), East));
        (await Rig.Admin.SendAsync(HttpMethod.Delete, "/admin/v1/cache?model=alike", null)).Status.Should().Be(HttpStatusCode.NoContent);

        (await Rig.App.ChatAsync(Body("alike", Ask.NewCase("second"), East))).Header("x-gateway-cache").Should().Be("miss");
    }

    [Fact]
    public async Task What_was_begun_before_a_purge_is_not_found_after_it()
    {
        var name = Ask.NewCase("first");
        var held = new Directive { Script = new Script { Case = name, Hold = Stall.Headers }, Models = new() { [Embed] = new Script { Case = name, Vector = East } } };
        var begun = Rig.App.ChatAsync(Ask.Chat("alike", held.ToString()));
        await Eventually.TrueAsync(async () => (await Asked(name)).Contains("up-fast"), TimeSpan.FromSeconds(10), static () => "the first request");
        (await Rig.Admin.SendAsync(HttpMethod.Delete, "/admin/v1/cache?model=alike", null)).Status.Should().Be(HttpStatusCode.NoContent);
        await Rig.Upstream.ReleaseAsync(name);
        (await begun).Status.Should().Be(HttpStatusCode.OK);

        (await Rig.App.ChatAsync(Body("alike", Ask.NewCase("second"), East))).Header("x-gateway-cache").Should().Be("miss");
    }

    [Fact]
    public async Task A_client_that_wants_another_answer_gets_one()
    {
        await Rig.App.ChatAsync(Body("alike", Ask.NewCase("first"), East));
        var name = Ask.NewCase("second");

        (await Rig.App.ChatAsync(Body("alike", name, East), ("x-gateway-cache", "no-cache"))).Header("x-gateway-cache").Should().Be("miss");

        (await Asked(name)).Should().Equal("up-fast");
    }

    [Theory]
    [InlineData(500, null)]
    [InlineData(0, "{}")]
    [InlineData(0, """{"model":"e"}""")]   // what names no model is no answer, and never gets as far
    [InlineData(0, """{"model":"e","data":[{"embedding":["x"]}]}""")]
    [InlineData(0, """{"model":"e","data":[{"embedding":[0,0]}]}""")]
    [InlineData(0, "[")]
    public async Task An_embedding_that_cannot_be_had_is_as_if_nothing_was_found(int status, string? answer)
    {
        var name = Ask.NewCase("unembedded");
        var directive = new Directive { Script = new Script { Case = name }, Models = new() { [Embed] = new Script { Case = name, Status = status, Body = answer } } };

        (await Rig.App.ChatAsync(Ask.Chat("alike", directive, name))).Should().Match<Answer>(static a => a.Status == HttpStatusCode.OK && a.Header("x-gateway-cache") == "miss");
    }

    [Fact]
    public async Task In_shadow_mode_every_request_is_made_and_what_would_have_been_answered_is_listed()
    {
        var first = await Rig.App.ChatAsync(Body("watched", Ask.NewCase("first"), East));
        await Shadowed(1);
        var second = await Rig.App.ChatAsync(Body("watched", Ask.NewCase("second"), NearlyEast));
        await Shadowed(2);
        var third = await Rig.App.ChatAsync(Body("watched", Ask.NewCase("third"), NorthEast));
        await Shadowed(3);

        new[] { first, second, third }.Should().OnlyContain(static a => a.Status == HttpStatusCode.OK && a.Header("x-gateway-cache") == "miss");
        using var listed = JsonDocument.Parse(await Rig.Gateway.AdminAsync("/admin/v1/cache/shadow?model=watched"));
        var answer = listed.RootElement.GetProperty("data").EnumerateArray().Should().ContainSingle().Which;
        answer.GetProperty("request_id").GetString().Should().Be(second.Header("x-request-id"));
        answer.GetProperty("original_request_id").GetString().Should().Be(first.Header("x-request-id"));
        answer.GetProperty("similarity").GetDouble().Should().BeApproximately(0.98, 0.001);
        answer.GetProperty("saved_nano_usd").GetInt64().Should().BePositive();
        var counted = listed.RootElement.GetProperty("similarities").EnumerateArray().Should().ContainSingle().Which;
        counted.GetProperty("requests").GetInt64().Should().Be(3);
        counted.GetProperty("thresholds").EnumerateArray().Select(static t => t.GetProperty("hits").GetInt64()).Should().HaveCount(21).And.StartWith(2).And.EndWith(0);   // 0.80 and 1: the third is 0.83 near to the second
        (await Rig.Gateway.MetricsAsync()).Sum("gateway_cache_shadow_total", ("model", "watched"), ("result", "hit")).Should().Be(1);

        Task Shadowed(int count) => Eventually.TrueAsync(
            async () => (await Rig.Gateway.MetricsAsync()).Sum("gateway_cache_shadow_total", ("model", "watched")) >= count, TimeSpan.FromSeconds(10), () => $"{count} comparisons");
    }

    private static string Body(string model, string name, float[] vector, bool stream = false, string? extra = null) =>
        Ask.Chat(model, new Script { Case = name, Vector = vector }.ToString(), user: null, stream, extra);

    private async Task<IReadOnlyList<string>> Asked(string name) => [.. (await Rig.Upstream.RequestsAsync(name)).Select(static r => r.Json.GetProperty("model").GetString()!)];
}
