using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Anthropic;

/// <summary>What Anthropic really answered.</summary>
public sealed class AnthropicRecordingTests
{
    /// <summary>Two messages in one stream, the second after the end of the first, which is the answer, or in its place, which is an error.</summary>
    private static readonly string[] Spliced = ["anthropic/vercel-ai/anthropic_tool_search_bm25_1.0", "anthropic/vercel-ai/spliced_message_start.0"];

    [SkippableFact]
    public void Recorded_answers_come_to_what_they_say_however_they_are_cut()
    {
        Skip.IfNot(Recording.AreAvailable(out var reason), reason);

        var differences = new RecordedAnswers("anthropic", "messages").Differences("anthropic", out var compared);

        compared.Should().BeGreaterThan(0);
        differences.Where(static d => !Spliced.Contains(d.Key)).Should().BeEmpty();
    }

    [SkippableFact]
    public void Requests_come_to_what_Anthropic_accepted()
    {
        Skip.IfNot(Recording.AreAvailable(out var reason), reason);

        var differences = new AcceptedRequests("anthropic", AnthropicForms.Normal).Differences("anthropic", out var compared, "messages");

        compared.Should().BeGreaterThan(0);
        differences.Should().BeEmpty();
    }
}
