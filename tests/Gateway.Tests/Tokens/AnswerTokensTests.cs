using System.Text;
using System.Text.Json;
using Gateway.Core.Tokens;

namespace Gateway.Tests.Tokens;

/// <summary>Answers, whole and in pieces.</summary>
public sealed class AnswerTokensTests
{
    /// <summary>The last two are recorded: 15 and 16 tokens were billed.</summary>
    [Theory]
    [InlineData("gpt-4o", """{"choices":[{"message":{"role":"assistant","content":"Hello, world!"}}],"usage":null}""", 4)]
    [InlineData("gpt-4", """{"choices":[{"message":{"role":"assistant","content":"Hello, world!"}}]}""", 5)]
    [InlineData("gpt-4o", """{"choices":[{"text":"Hello, world!","logprobs":{"content":[{"token":"Hello"}]}}]}""", 4)]
    [InlineData("gpt-4o", """{"choices":[],"content":"not of a choice"}""", 0)]
    [InlineData("gpt-4o", """no json""", 0)]
    [InlineData("gpt-4o", "", 0)]
    [InlineData("gpt-4o", """{"choices":{"text":"x"},"choices":5,"id":"x","choices":[{"text":"Hello, world!"}]}""", 4)]
    [InlineData("gpt-4.1-nano", """{"choices":[{"message":{"content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"get_weather","arguments":"{\"location\":\"London\"}"}}]}}]}""", 15)]
    [InlineData("gpt-4", """{"choices":[{"message":{"content":null,"tool_calls":[{"function":{"name":"get_current_weather","arguments":"{\"location\":\"Boston\"}"}}]}}]}""", 16)]
    public void A_whole_answer_has_its_tokens(string model, string json, long tokens)
    {
        using var answer = new AnswerTokens(ModelTokens.Of(model), Tokenizers.Cache);
        answer.Add(Encoding.UTF8.GetBytes(json));
        answer.Tokens.Should().Be(tokens);
    }

    [Theory]
    [InlineData(1, " It's a long story, dear; nobody knows\n\nhow   it ends... ", 400)]
    [InlineData(3, "Ein Übermaß an Geduld – wer hätte's gedacht? ", 300)]
    [InlineData(7, "中文没有空格所以没有地方可以切开", 500)]
    public void A_stream_has_the_tokens_of_its_text_wherever_it_is_cut(int piece, string unit, int times)
    {
        var text = string.Concat(Enumerable.Repeat(unit, times));
        using var answer = new AnswerTokens(ModelTokens.Of("gpt-4o"), Tokenizers.Cache);
        for (var at = 0; at < text.Length; at += piece)
            answer.Add(Event(text.Substring(at, Math.Min(piece, text.Length - at))));
        answer.Tokens.Should().Be(Tokenizers.Get(TokenEncoding.O200k).Count(Encoding.UTF8.GetBytes(text)));
    }

    private static byte[] Event(string delta) =>
        Encoding.UTF8.GetBytes("""{"choices":[{"index":0,"delta":{"content":""" + JsonSerializer.Serialize(delta) + "},\"finish_reason\":null}]}");
}
