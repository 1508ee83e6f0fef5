using System.Buffers;
using System.Text;
using Gateway.Providers.OpenAICompatible.Repair;

namespace Gateway.Providers.Tests.OpenAICompatible;

/// <summary>Whole answers as providers send them, and as the client gets them. Null: untouched.</summary>
public sealed class ReplyRepairTests
{
    [Theory]
    [InlineData("""{"object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"a"},"finish_reason":"stop"}]}""")]
    [InlineData("""{ "error" : {"message":"no"} }""")]
    [InlineData("""{"object":"list","data":[]}""")]
    [InlineData("<html>")]
    public void What_is_fine_or_no_answer_stays_as_it_is(string body) => Repaired(body).Should().BeNull();

    [Theory]
    [InlineData("""{"finish_reason":"tool_calls","index":0,"message":{"role":"assistant","tool_calls":[{"id":"c","function":{"name":"f","arguments":"{}"}}]}}""",
        """{"finish_reason":"tool_calls","index":0,"message":{"role":"assistant","tool_calls":[{"id":"c","function":{"name":"f","arguments":"{}"},"type":"function"}],"content":null}}""")]
    [InlineData("""{"finish_reason":"content_filter","index":0}""", """{"finish_reason":"content_filter","index":0,"message":{"role":"assistant","content":null}}""")]
    [InlineData("""{"index":0,"message":{},"finish_reason":"eos"}""", """{"index":0,"message":{"role":"assistant","content":null},"finish_reason":"stop","native_finish_reason":"eos"}""")]
    [InlineData("""{"index":0,"message":{"role":"assistant","content":[{"type":"thinking","thinking":[{"type":"text","text":"t"}]},{"type":"text","text":"a"}]},"finish_reason":"stop"}""",
        """{"index":0,"message":{"role":"assistant","content":"a","reasoning_content":"t"},"finish_reason":"stop"}""")]
    public void A_message_gets_what_it_lacks(string sent, string expected) => Repaired(Reply(sent)).Should().Be(Reply(expected));

    [Fact]
    public void Usage_in_Groqs_place_stands_in_OpenAIs_too() =>
        Repaired("""{"choices":[],"x_groq":{"usage":{"prompt_tokens":3}}}""")
            .Should().Be("""{"choices":[],"x_groq":{"usage":{"prompt_tokens":3}},"object":"chat.completion","usage":{"prompt_tokens":3}}""");

    [Fact]
    public void White_space_and_unknown_members_stay_where_they_were() =>
        Repaired("{\n  \"x\": [1.50, \"\\u00e9\"],\n  \"choices\": [ {} ]\n}\n").Should().Be(
            "{\n  \"x\": [1.50, \"\\u00e9\"],\n  \"choices\": [ {\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":null},\"finish_reason\":null} ]\n,\"object\":\"chat.completion\"}\n");

    private static string Reply(string choice) => $$"""{"object":"chat.completion","choices":[{{choice}}]}""";

    private static string? Repaired(string body)
    {
        var output = new ArrayBufferWriter<byte>();
        return AnswerRepair.Instance.Reply(Encoding.UTF8.GetBytes(body), output) ? Encoding.UTF8.GetString(output.WrittenSpan) : null;
    }
}
