using Gateway.Core.Dialects;

namespace Gateway.Providers.Tests.Dialects.Messages;

public sealed class MessagesSystemTests
{
    private const string Rest = """ "model":"m","max_tokens":9,"messages":[{"role":"user","content":"a"}] """;

    /// <summary>Some providers refuse a message that has nothing to say.</summary>
    [Theory]
    [InlineData("\"\"")]
    [InlineData("""[{"type":"text","text":""}]""")]
    [InlineData("""[{"type":"text","text":"x-anthropic-billing-header: a\n"},{"type":"text","text":"","cache_control":{"type":"ephemeral"}}]""")]
    public void A_system_prompt_without_a_word_is_no_message(string system)
    {
        foreach (var reach in Enum.GetValues<ChatReach>())
            MessagesTalk.Chat($$"""{"system":{{system}},{{Rest}}}""", reach, drop: true)["messages"]!.ToJsonString().Should().Be("""[{"role":"user","content":"a"}]""");
    }

    [Fact]
    public void An_empty_text_beside_others_is_left_away() =>
        MessagesTalk.Chat($$"""{"system":[{"type":"text","text":"a"},{"type":"text","text":""}],{{Rest}}}""", ChatReach.Translated)["messages"]![0]!.ToJsonString().Should().Be("""{"role":"system","content":"a"}""");
}
