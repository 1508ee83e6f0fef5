using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Cohere;

/// <summary>What Cohere really answered.</summary>
public sealed class CohereRecordingTests
{
    [SkippableFact]
    public void Recorded_answers_come_to_what_they_say_however_they_are_cut()
    {
        Skip.IfNot(Recording.AreAvailable(out var reason), reason);

        var differences = new RecordedAnswers("cohere", "cohere-chat-v2").Differences("cohere", out var compared);

        compared.Should().BeGreaterThan(0);
        differences.Should().BeEmpty();
    }

    [SkippableFact]
    public void Requests_come_to_what_Cohere_accepted()
    {
        Skip.IfNot(Recording.AreAvailable(out var reason), reason);

        var differences = new AcceptedRequests("cohere", CohereForms.Normal).Differences("cohere", out var compared, "cohere-chat-v2");

        compared.Should().BeGreaterThan(0);
        differences.Should().BeEmpty();
    }
}
