using System.Net;
using Gateway.Core.Providers;
using Gateway.Core.Tokens;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Streams;

/// <summary>What an answer costs when its token counts are missing, doubled or wrong (reliability M4).</summary>
[Collection(OneGateway.Name)]
public sealed class UsageTableTests(SharedRig rig) : AuditedTests(rig)
{
    private static readonly UsageShape[] Right = [UsageShape.Final, UsageShape.Every, UsageShape.Twice];

    private static readonly UsageShape[] Wrong = [UsageShape.None, UsageShape.Null, UsageShape.Negative, UsageShape.Huge, UsageShape.Fraction, UsageShape.Quoted];

    public static TheoryData<StoreKind, Route, bool, UsageShape> RightCounts => With(Right);

    public static TheoryData<StoreKind, Route, bool, UsageShape> WrongCounts => With(Wrong);

    [SkippableTheory]
    [MemberData(nameof(RightCounts))]
    public async Task Right_counts_are_charged_exactly(StoreKind store, Route route, bool streamed, UsageShape shape)
    {
        var on = await OnAsync(store);
        var name = Ask.NewCase($"usage-{shape}");

        await AnswerAsync(on, route, new Script { Case = name, Usage = shape, PromptTokens = 321, CompletionTokens = 5, Chunks = 5 }, streamed);

        var row = (await on.Gateway.RowsOfAsync(name, 1)).Should().ContainSingle().Which;
        row.UsageSource.Should().Be("exact");
        row.CostNanoUsd.Should().Be(on.Upstream.InvoiceOf(name).Single().NanoUsd);
    }

    [SkippableTheory]
    [MemberData(nameof(WrongCounts))]
    public async Task Wrong_counts_and_none_are_replaced_by_an_estimate(StoreKind store, Route route, bool streamed, UsageShape shape)
    {
        var on = await OnAsync(store);
        var name = Ask.NewCase($"usage-{shape}");

        await AnswerAsync(on, route, new Script { Case = name, Usage = shape, PromptTokens = 321, Chunks = 5 }, streamed);

        var row = (await on.Gateway.RowsOfAsync(name, 1)).Should().ContainSingle().Which;
        row.UsageSource.Should().Be("estimated");
        row.Input.Should().BeInRange(1, 1000, "what was sent is counted, and a senseless number is not believed");
        if (route == Route.Embeddings)
            row.Output.Should().Be(0);
        else
            row.Output.Should().BeInRange(1, 1000, "what was relayed is counted, and a senseless number is not believed");
        row.CostNanoUsd.Should().BePositive();
    }

    /// <summary>A provider that never says what it used: the gateway counts request and answer with the model's own vocabulary.</summary>
    [Fact]
    public async Task What_a_silent_provider_used_is_counted_in_tokens()
    {
        using var folder = new TempFolder();
        await using var upstream = await ScriptedUpstream.StartAsync(folder);
        await using var gateway = await GatewayProcess.StartAsync(folder, SharedRig.Yaml(upstream.Address));
        var app = gateway.Caller(SharedRig.AppKey);
        var body = "";
        foreach (var (name, stream) in new[] { ("silent-json", false), ("silent-first-stream", true), ("silent-stream", true) })
        {
            body = Ask.Chat("wild-gpt-4o", new Script { Case = name, Usage = UsageShape.None, Text = "The quick brown fox jumps over the lazy dog, again and again.", Chunks = 4 }, stream);
            if (stream) (await app.StreamAsync(body)).Done.Should().BeTrue();
            else (await app.ChatAsync(body)).Status.Should().Be(HttpStatusCode.OK);
            var row = (await gateway.RowsOfAsync(name, 1)).Single();
            row.UsageSource.Should().Be("estimated");
            row.Input.Should().Be(RequestTokens.Count(System.Text.Encoding.UTF8.GetBytes(body), InferenceEndpoint.ChatCompletions, "up-gpt-4o", new TokenizerCache(TimeProvider.System))!.Value.Tokens);
            if (name != "silent-first-stream") row.Output.Should().Be(14, name);
        }
    }

    /// <summary>Counting is bounded: a body of any size may come from anybody, who then leaves.</summary>
    [SkippableTheory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task A_long_request_is_estimated_by_its_length(StoreKind store)
    {
        var on = await OnAsync(store);
        var name = Ask.NewCase("long-silent");
        var body = Ask.Chat("fast", new Script { Case = name, Usage = UsageShape.None }, extra: $"\"x_padding\":\"{new string('a', 100_000)}\"");

        await PlainAsync(on, Caller.Chat, body);

        var row = (await on.Gateway.RowsOfAsync(name, 1)).Single();
        row.UsageSource.Should().Be("estimated");
        // The gateway puts a bound of its own into a request that has none.
        row.Input.Should().BeCloseTo(body.Length / 4, 30);
    }

    [SkippableTheory]
    [MemberData(nameof(Routes.Talking), MemberType = typeof(Routes))]
    public async Task Cached_and_reasoning_tokens_are_counted_in_their_own_classes(StoreKind store, Route route, bool streamed)
    {
        var on = await OnAsync(store);
        var name = Ask.NewCase("classes");

        await AnswerAsync(on, route, new Script { Case = name, PromptTokens = 1001, CachedTokens = 777, CompletionTokens = 99, ReasoningTokens = 50 }, streamed, "dear");

        var row = (await on.Gateway.RowsOfAsync(name, 1)).Single();
        row.Should().BeEquivalentTo(new { Input = 224L, CacheRead = 777L, Output = 99L });
        row.CostNanoUsd.Should().Be(on.Upstream.InvoiceOf(name).Single().NanoUsd);
    }

    private static TheoryData<StoreKind, Route, bool, UsageShape> With(UsageShape[] shapes)
    {
        var rows = new TheoryData<StoreKind, Route, bool, UsageShape>();
        foreach (var (store, route, stream) in Routes.All)
        {
            foreach (var shape in shapes)
                rows.Add(store, route, stream, shape);
        }
        return rows;
    }

    private static async Task AnswerAsync(SharedRig on, Route route, Script script, bool stream, string model = "fast")
    {
        var answer = await PlainAsync(on, route.Path(), route.Ask(model, script, stream));
        answer.Should().NotBeEmpty();
        if (stream)
            new StreamedAnswer(HttpStatusCode.OK, new Dictionary<string, string>(), answer, null).Done.Should().BeTrue();
    }

    /// <summary>Without the check against OpenAI's schema: wrong counts of an upstream are relayed as they came.</summary>
    private static async Task<byte[]> PlainAsync(SharedRig on, string path, string body)
    {
        using var plain = new HttpClient { BaseAddress = new Uri(on.Gateway.Address) };
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", SharedRig.SpenderKey);
        using var response = await plain.SendAsync(request);
        response.StatusCode.Should().Be(HttpStatusCode.OK);
        return await response.Content.ReadAsByteArrayAsync();
    }
}
