using System.Net;
using Gateway.Core.Providers;
using Gateway.Core.Tokens;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Streams;

/// <summary>What an answer costs when its token counts are missing, doubled or wrong (reliability M4).</summary>
[Collection(OneGateway.Name)]
public sealed class UsageTableTests(SharedRig rig)
{
    public static TheoryData<UsageShape, bool, bool> Shapes
    {
        get
        {
            var rows = new TheoryData<UsageShape, bool, bool>();
            foreach (var stream in new[] { false, true })
            {
                foreach (var right in new[] { UsageShape.Final, UsageShape.Every, UsageShape.Twice })
                    rows.Add(right, stream, true);
                foreach (var wrong in new[] { UsageShape.None, UsageShape.Null, UsageShape.Negative, UsageShape.Huge, UsageShape.Fraction, UsageShape.Quoted })
                    rows.Add(wrong, stream, false);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Right_counts_are_charged_exactly_and_wrong_ones_are_replaced_by_an_estimate(UsageShape shape, bool streamed, bool exact)
    {
        var name = Ask.NewCase($"usage-{shape}");
        var script = new Script { Case = name, Usage = shape, PromptTokens = 321, CompletionTokens = exact ? 5 : null, Chunks = 5 };

        if (streamed)
        {
            var answer = await PlainAsync(Ask.Chat("fast", script, stream: true));
            SseOracle.Parse(answer).Should().Contain(static e => e.Data == "[DONE]");
        }
        else
        {
            (await PlainAsync(Ask.Chat("fast", script))).Should().NotBeEmpty();
        }

        var row = (await rig.Gateway.RowsOfAsync(name, 1)).Should().ContainSingle().Which;
        if (exact)
        {
            row.UsageSource.Should().Be("exact");
            row.CostNanoUsd.Should().Be(rig.Upstream.InvoiceOf(name).Single().NanoUsd);
        }
        else
        {
            row.UsageSource.Should().Be("estimated");
            row.Output.Should().BeInRange(1, 1000, "what was relayed is counted, and a senseless number is not believed");
            row.CostNanoUsd.Should().BePositive();
        }
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
    [Fact]
    public async Task A_long_request_is_estimated_by_its_length()
    {
        var name = Ask.NewCase("long-silent");
        var body = Ask.Chat("fast", new Script { Case = name, Usage = UsageShape.None }, extra: $"\"x_padding\":\"{new string('a', 100_000)}\"");

        await PlainAsync(body);

        var row = (await rig.Gateway.RowsOfAsync(name, 1)).Single();
        row.UsageSource.Should().Be("estimated");
        row.Input.Should().BeCloseTo(body.Length / 4, 20);
    }

    [Fact]
    public async Task Cached_and_reasoning_tokens_are_counted_in_their_own_classes()
    {
        var name = Ask.NewCase("classes");

        await rig.App.StreamAsync(Ask.Chat("dear", new Script { Case = name, PromptTokens = 1001, CachedTokens = 777, CompletionTokens = 99, ReasoningTokens = 50 }, stream: true));

        var row = (await rig.Gateway.RowsOfAsync(name, 1)).Single();
        row.Should().BeEquivalentTo(new { Input = 224L, CacheRead = 777L, Output = 99L });
        row.CostNanoUsd.Should().Be(rig.Upstream.InvoiceOf(name).Single().NanoUsd);
    }

    /// <summary>Without the check against OpenAI's schema: wrong counts of an upstream are relayed as they came.</summary>
    private async Task<byte[]> PlainAsync(string body)
    {
        using var plain = new HttpClient { BaseAddress = new Uri(rig.Gateway.Address) };
        using var request = new HttpRequestMessage(HttpMethod.Post, Caller.Chat) { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", SharedRig.AppKey);
        using var response = await plain.SendAsync(request);
        response.StatusCode.Should().Be(HttpStatusCode.OK);
        return await response.Content.ReadAsByteArrayAsync();
    }
}
