using System.Text;
using System.Text.Json;
using Gateway.Core.Providers;

namespace Gateway.Tests.Tokens;

/// <summary>Chats: what the formula says of them, and what OpenAI billed for real ones.</summary>
public sealed class RecordedChatTests
{
    /// <summary>Two calls that no rule explains: one went through a mock, the other to a model that is gone.</summary>
    private static readonly string[] Unexplained = ["gpt-4o-mini", "o1-mini-2024-09-12"];

    [SkippableTheory]
    [InlineData("gpt-4o")]
    [InlineData("gpt-4")]
    public void Every_chat_has_the_tokens_of_the_formula(string model)
    {
        var wrong = SharedTokens.Read("tokens.jsonl").Where(static r => r.GetProperty("kind").GetString() == "chat")
            .Where(r => Count(r, model) != r.GetProperty(model).GetInt64()).Select(static r => r.GetProperty("id").GetString());
        wrong.Should().BeEmpty();
    }

    [SkippableFact]
    public void Real_calls_are_billed_as_counted()
    {
        var rows = SharedTokens.Read("tokens_recorded.jsonl");
        var calls = rows.Select(static r => (Model: r.GetProperty("model").GetString()!, Billed: r.GetProperty("prompt_tokens").GetInt64(),
            Counted: Count(r, r.GetProperty("model").GetString()!), HasName: r.GetProperty("messages").EnumerateArray().Any(static m => m.TryGetProperty("name", out _)))).ToArray();
        var explained = calls.Where(static c => !Unexplained.Contains(c.Model)).ToArray();

        explained.Where(static c => !c.HasName && c.Billed != c.Counted).Should().BeEmpty();
        // Calls with names are billed one less than the cookbook says, whatever their number.
        explained.Where(static c => c.HasName).Should().OnlyContain(static c => c.Counted - c.Billed == 1);
        ((double)calls.Count(static c => c.Billed == c.Counted) / calls.Length).Should().BeGreaterThanOrEqualTo(0.93);
        Math.Abs(1 - ((double)calls.Sum(static c => c.Counted) / calls.Sum(static c => c.Billed))).Should().BeLessThan(0.01);
    }

    private static long Count(JsonElement row, string model)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"model":"{{model}}","messages":{{row.GetProperty("messages").GetRawText()}}}""");
        return Tokenizers.CountRequest(body, InferenceEndpoint.ChatCompletions, model).Tokens;
    }
}
