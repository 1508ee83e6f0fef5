using System.Text;
using Gateway.Core.Dialects;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Providers.Dialects;
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

    /// <summary>Whatever is behind: what a provider wants back with a call is found by the id, and those of OpenAI's format that look at ids refuse it without saying where.</summary>
    [Theory]
    [InlineData("openai")]
    [InlineData("openai-compatible")]
    [InlineData("mistral")]
    [InlineData("anthropic")]
    public void A_client_of_another_dialect_is_told_so_too(string kind)
    {
        var target = ProviderCatalog.ByKind[kind].Manifest.ChatTarget;

        Problem(ClientDialects.Messages.ToChat(Messages("a", "b", "a"), Translation.Context, target)).Should().Be(("messages[2].content[1].id", "'messages[2].content[1].id' is the id of another call of this turn: each needs one of its own."));
        Problem(ClientDialects.Responses.ToChat(Items("a", "b", "a"), Translation.Context, target)).Should().Be(("input[3].call_id", "'input[3].call_id' is the id of another call of this turn: each needs one of its own."));
        ClientDialects.Messages.ToChat(Messages("a", "b", "c"), Translation.Context, target).Error.Should().BeNull();
        ClientDialects.Responses.ToChat(Items("a", "b", "c"), Translation.Context, target).Error.Should().BeNull();
    }

    [Fact]
    public void In_another_turn_an_id_may_come_again()
    {
        var target = ProviderCatalog.ByKind["openai-compatible"].Manifest.ChatTarget;
        const string items = """{"type":"function_call","call_id":"a","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"a","output":"r"}""";

        ClientDialects.Responses.ToChat(Encoding.UTF8.GetBytes($$"""{"input":[{"role":"user","content":"q"},{{items}},{{items}}]}"""), Translation.Context, target).Error.Should().BeNull();
    }

    private static (string? Param, string Message) Problem(Outcome<ChatForm> form) => (form.Error!.Param, form.Error.Message);

    /// <summary>The assistant's turn is two messages, the last two calls in the second.</summary>
    private static byte[] Messages(params string[] ids)
    {
        var calls = ids.Select(static id => $$"""{"type":"tool_use","id":"{{id}}","name":"f","input":{} }""").ToList();
        return Encoding.UTF8.GetBytes($$"""
            {"max_tokens":5,"messages":[{"role":"user","content":"q"},{"role":"assistant","content":[{{calls[0]}}]},{"role":"assistant","content":[{{string.Join(',', calls.Skip(1))}}]},
             {"role":"user","content":[{{string.Join(',', ids.Distinct().Select(static id => $$"""{"type":"tool_result","tool_use_id":"{{id}}","content":"r"}"""))}}]}]}
            """);
    }

    private static byte[] Items(params string[] ids) => Encoding.UTF8.GetBytes($$"""
        {"input":[{"role":"user","content":"q"},{{string.Join(',', ids.Select(static id => $$"""{"type":"function_call","call_id":"{{id}}","name":"f","arguments":"{}"}"""))}},
         {{string.Join(',', ids.Distinct().Select(static id => $$"""{"type":"function_call_output","call_id":"{{id}}","output":"r"}"""))}}]}
        """);

    private static string Talk(params string[] ids) => $$"""
        {"model":"m","max_tokens":5,"messages":[{"role":"user","content":"q"},{"role":"assistant","content":null,"tool_calls":[{{string.Join(',', ids.Select(static id => $$"""{"id":"{{id}}","type":"function","function":{"name":"f","arguments":"{}"} }"""))}}]},
         {{string.Join(',', ids.Distinct().Select(static id => $$"""{"role":"tool","tool_call_id":"{{id}}","content":"r"}"""))}}]}
        """;
}
