using System.Text.Json.Nodes;
using Gateway.Core.Providers;
using Gateway.Providers.Demo.Upstreams;

namespace Gateway.Providers.Tests.Demo.Upstreams;

/// <summary>
/// The demo says the same whatever provider it plays: a request that went out in that provider's format and an answer that came back in it lost nothing. Both sides are written after the
/// provider's documentation; where one of them errs, this sees it.
/// </summary>
public sealed class SameAnswerTests
{
    private const int Conversations = 150;

    private static readonly UpstreamLane Demo = new("demo");

    /// <summary>All that have a format of their own, and Claude where others have it.</summary>
    public static TheoryData<string, string> Kinds
    {
        get
        {
            var data = new TheoryData<string, string> { { "vertex", "claude-demo" } };
            foreach (var place in DemoUpstreams.Places.Where(static p => ProviderCatalog.ByKind.TryGetValue(p.Kind, out var known) && known.Manifest.Translators.ContainsKey(InferenceEndpoint.ChatCompletions)))
                data.Add(place.Kind, place.Model);
            return data;
        }
    }

    [Fact]
    public void Every_translated_provider_is_played() =>
        ProviderCatalog.All.Where(static p => p.Manifest is { InProcess: null, Translators.Count: > 0 }).Select(static p => p.Manifest.Kind).Should().BeSubsetOf(DemoUpstreams.Places.Select(static p => p.Kind));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_conversation_is_the_same_through_every_dialect(string kind, string model)
    {
        var lane = new UpstreamLane(kind, model);
        var calls = 0;
        for (var seed = 0; seed < Conversations; seed++)
        {
            var random = new Random(seed);
            var chat = new RandomChat(random, model.Contains("claude", StringComparison.Ordinal) ? "anthropic" : kind);
            var request = chat.Next();
            var body = RandomChat.Json(request);
            var (expected, whole) = (Demo.Whole(body), lane.Whole(body));
            Same(whole, expected, kind, body);
            Same(lane.Stream(body, random), expected, kind, body);
            if (whole.Choices[0].CallNames.Count == 0 || whole.Choices.Count > 1) continue;
            calls++;
            var results = whole.Choices[0].CallNames.Select(n => random.Next(2) == 0 ? $"{{\"{n}\":[1,\"é\"]}}" : chat.Text()).ToList();
            var (theirs, ours) = (RandomChat.Json(Answered(request, expected, results)), RandomChat.Json(Answered(request, whole, results)));
            Same(lane.Whole(ours), Demo.Whole(theirs), kind, ours);
            Same(lane.Stream(ours, random), Demo.Whole(theirs), kind, ours);
        }

        calls.Should().BeGreaterThan(Conversations / 20);
    }

    private static JsonObject Answered(JsonObject request, Said said, List<string> results)
    {
        var next = request.DeepClone().AsObject();
        var messages = next["messages"]!.AsArray();
        messages.Add(JsonNode.Parse(said.Message.GetRawText()));
        foreach (var (id, result) in said.Choices[0].CallIds.Zip(results)) messages.Add(new JsonObject { ["role"] = "tool", ["tool_call_id"] = id, ["content"] = result });
        if (next.ContainsKey("tool_choice")) next["tool_choice"] = "auto";
        return next;
    }

    private static void Same(Said said, Said expected, string kind, string body)
    {
        said.Choices.Should().HaveCount(expected.Choices.Count, "{0}", body);
        foreach (var (told, should) in said.Choices.Zip(expected.Choices))
        {
            (told.Content ?? "").Should().Be(should.Content ?? "", "{0}", body);
            (told.Reasoning ?? "").Should().Be(should.Reasoning ?? "", "{0}", body);
            told.CallNames.Should().Equal(should.CallNames, "{0}", body);
            told.CallArguments.Should().Equal(should.CallArguments, "{0}", body);
            told.CallIds.Should().OnlyHaveUniqueItems();
            told.FinishReason.Should().Be(should.FinishReason, "{0}", body);
        }

        var (usage, counted) = (said.Facts.Usage!.Value, expected.Facts.Usage!.Value);
        // Cohere is shown the only tool it may call, Ollama and Bedrock none that it may not.
        var isShownLess = (kind == "cohere" && body.Contains("\"tool_choice\":{", StringComparison.Ordinal)) || (kind is "ollama" or "bedrock" && body.Contains("\"tool_choice\":\"none\"", StringComparison.Ordinal));
        if (isShownLess) usage.PromptTotal.Should().BeLessThanOrEqualTo(counted.PromptTotal);
        else usage.PromptTotal.Should().Be(counted.PromptTotal, "{0}", body);
        usage.Output.Should().Be(counted.Output, "{0}", body);
        if (kind == "ollama") return;   // it does not say what was cached, nor what was thought; Bedrock, not what was thought
        usage.CacheRead.Should().Be(counted.CacheRead, "{0}", body);
        if (kind != "bedrock") usage.Reasoning.Should().Be(counted.Reasoning, "{0}", body);
    }
}
