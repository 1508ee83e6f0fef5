using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Ollama;

/// <summary>What Ollama really answered.</summary>
public sealed class OllamaRecordingTests
{
    /// <summary>It was in the cache, and the version of that time does not count it: to OpenAI's clients, whose usage has no gaps, a prompt of 0 tokens.</summary>
    private static readonly string[] WithoutPromptCount = ["ollama/openllmetry/test_ollama_async_chat_legacy.0"];

    [SkippableFact]
    public void Recorded_answers_come_to_what_they_say_however_they_are_cut()
    {
        Skip.IfNot(Recording.AreAvailable(out var reason), reason);

        var differences = new RecordedAnswers("ollama", "ollama-chat").Differences("ollama", out var compared);

        compared.Should().BeGreaterThan(0);
        differences.Where(static d => !WithoutPromptCount.Contains(d.Key)).Should().BeEmpty();
        differences.Values.Should().OnlyContain(static d => d.StartsWith("prompt_tokens 0 for ", StringComparison.Ordinal));
    }
}
