using Gateway.Core.Providers;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests;

/// <summary>A result belongs to the call that has its id: two calls with one cannot be told apart.</summary>
public sealed class RepeatedCallTests
{
    [Theory]
    [InlineData("anthropic")]
    [InlineData("bedrock")]
    [InlineData("gemini")]
    [InlineData("cohere")]
    [InlineData("ollama")]
    public void Two_calls_of_one_turn_with_the_same_id_are_a_400_that_names_the_second(string kind)
    {
        var error = new Translation(kind, InferenceEndpoint.ChatCompletions).Build(Talk("a", "b", "a")).Error!;

        (error.Param, error.Message).Should().Be(("messages[1].tool_calls[2].id", "'messages[1].tool_calls[2].id' is the id of another call of this message: each needs one of its own."));
        new Translation(kind, InferenceEndpoint.ChatCompletions).Build(Talk("a", "b", "c")).Error.Should().BeNull();
    }

    private static string Talk(params string[] ids) => $$"""
        {"model":"m","max_tokens":5,"messages":[{"role":"user","content":"q"},{"role":"assistant","content":null,"tool_calls":[{{string.Join(',', ids.Select(static id => $$"""{"id":"{{id}}","type":"function","function":{"name":"f","arguments":"{}"} }"""))}}]},
         {{string.Join(',', ids.Distinct().Select(static id => $$"""{"role":"tool","tool_call_id":"{{id}}","content":"r"}"""))}}]}
        """;
}
