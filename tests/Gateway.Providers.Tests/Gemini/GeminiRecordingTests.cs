using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Gemini;

/// <summary>What Gemini really answered, at both of its addresses.</summary>
public sealed class GeminiRecordingTests
{
    /// <summary>Asked for no call at all; the OpenAI request beside it says that one is required.</summary>
    private const string Contradiction = "ruby_llm spec/fixtures/vcr_cassettes/chat_tool_choice_and_calls_control_gemini_gemini-2_5-flash_respects_choice_none.yml 0";

    [SkippableTheory]
    [InlineData("gemini")]
    [InlineData("vertex")]
    public void Recorded_answers_come_to_what_they_say_however_they_are_cut(string provider)
    {
        Skip.IfNot(Recording.AreAvailable(out var reason), reason);

        var differences = new RecordedAnswers("gemini", "generateContent", "streamGenerateContent").Differences(provider, out var compared);

        compared.Should().BeGreaterThan(0);
        differences.Should().BeEmpty();
    }

    [SkippableTheory]
    [InlineData("gemini")]
    [InlineData("vertex")]
    public void Requests_come_to_what_Gemini_accepted(string provider)
    {
        Skip.IfNot(Recording.AreAvailable(out var reason), reason);

        var differences = new AcceptedRequests("gemini", GeminiForms.Normal).Differences(provider, out var compared, "generateContent", "streamGenerateContent");

        compared.Should().BeGreaterThan(0);
        differences.Where(static d => d.Key != Contradiction).Should().BeEmpty();
    }
}
