using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Bedrock;

/// <summary>What Bedrock really answered.</summary>
public sealed class BedrockRecordingTests
{
    private static readonly Dictionary<string, string> Known = new(StringComparer.Ordinal)
    {
        ["bedrock/vercel-ai/amazon_bedrock_json_with_tool_1.0"] = "not finished",   // put together by hand, without the last event
        ["bedrock/ruby_llm/chat_web_search_with_bedrock_amazon_nova_2_lite_v1_0_grounds_the_answer_with_web_citations.0"] = "0 tool calls",   // of Nova's own tool, which has run already
        ["bedrock/ruby_llm/chat_web_search_with_bedrock_amazon_nova_2_lite_v1_0_streams_grounded_turns.0"] = "0 tool calls",
    };

    [SkippableFact]
    public void Recorded_answers_come_to_what_they_say_however_they_are_cut()
    {
        Skip.IfNot(Recording.AreAvailable(out var reason), reason);

        var differences = new RecordedAnswers("bedrock", "converse", "converse-stream").Differences("bedrock", out var compared);

        compared.Should().BeGreaterThan(0);
        differences.Where(static d => !(Known.TryGetValue(d.Key, out var known) && d.Value.StartsWith(known, StringComparison.Ordinal))).Should().BeEmpty();
    }

    /// <summary>The others are vectors, and Titan's own format.</summary>
    [SkippableFact]
    public void Recorded_answers_of_Claude_to_InvokeModel_come_to_what_they_say()
    {
        Skip.IfNot(Recording.AreAvailable(out var reason), reason);

        var differences = new RecordedAnswers("bedrock", "invoke", "invoke-stream") { Api = "invoke" }.Differences("bedrock", out var compared);

        compared.Should().BeGreaterThan(differences.Count);
        differences.Keys.Should().OnlyContain(static k => k.Contains("embedding", StringComparison.Ordinal) || k == "bedrock/openllmetry/test_guardrail_invoke_stream.0");
    }

    [SkippableFact]
    public void Requests_come_to_what_InvokeModel_accepted()
    {
        Skip.IfNot(Recording.AreAvailable(out var reason), reason);

        var differences = new AcceptedRequests("bedrock", Anthropic.AnthropicForms.Normal) { Api = "invoke" }.Differences("bedrock", out var compared, "invoke", "invoke-stream");

        compared.Should().BeGreaterThan(0);
        differences.Should().BeEmpty();
    }

    [SkippableFact]
    public void Requests_come_to_what_Bedrock_accepted()
    {
        Skip.IfNot(Recording.AreAvailable(out var reason), reason);

        var differences = new AcceptedRequests("bedrock", BedrockForms.Normal).Differences("bedrock", out var compared, "converse", "converse-stream");

        compared.Should().BeGreaterThan(0);
        differences.Should().BeEmpty();
    }
}
