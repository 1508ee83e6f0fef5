using System.Text;
using Gateway.Core.Dialects;
using Gateway.Providers.Dialects;
using Gateway.Providers.Tests.Dialects.Messages;

namespace Gateway.Providers.Tests.Dialects.Responses;

/// <summary>Nothing of a request is lost without a word.</summary>
public sealed class ResponsesLostTests
{
    [Fact]
    public void The_id_of_an_image_is_refused_beside_its_address_too() => ResponsesForms.ToChat(Part("""{"type":"input_image","image_url":"https://a/b.png","file_id":"file-1"}"""), ResponsesForms.OpenAI)
        .Error!.Param.Should().Be("input[0].content[1].file_id");

    [Theory]
    [InlineData("\"low\"", "input[].content[].detail")]
    [InlineData("\"auto\"", "")]
    [InlineData("null", "")]
    public void How_closely_a_file_is_looked_at_is_left_out_and_named(string detail, string named)
    {
        var form = ResponsesForms.ToChat(Part($$"""{"type":"input_file","filename":"f.pdf","file_data":"data:application/pdf;base64,AA==","detail":{{detail}}}"""), ResponsesForms.OpenAI);

        string.Join(',', form.Value.Dropped).Should().Be(named);
    }

    [Theory]
    [InlineData("\"foo\":1", "text.format.foo")]
    [InlineData("\"foo\":null,\"description\":\"d\",\"strict\":false", null)]
    public void What_a_format_with_a_schema_does_not_have_is_refused(string member, string? param) =>
        ResponsesForms.ToChat($$"""{"model":"m","input":"q","text":{"format":{"type":"json_schema","name":"n","schema":{"type":"object"},{{member}} } } }""", ResponsesForms.OpenAI).Error?.Param.Should().Be(param);

    [Fact]
    public void Or_dropped_where_that_may_be()
    {
        var form = ResponsesForms.ToChat("""{"model":"m","input":"q","text":{"format":{"type":"json_schema","name":"n","schema":{"type":"object"},"foo":1}}}""", ResponsesForms.OpenAI, drop: true).Value;

        form.Dropped.Should().Equal("text.format.foo");
        Encoding.UTF8.GetString(form.Body.Span).Should().NotContain("foo");
    }

    [Theory]
    [InlineData(ChatReach.OpenAI, "tools[].strict")]
    [InlineData(ChatReach.Compatible, "tools[].strict")]
    [InlineData(ChatReach.Translated, "")]
    public void A_message_is_told_of_a_strict_tool_that_OpenAI_would_refuse(ChatReach reach, string named) =>
        string.Join(',', MessagesTalk.ToChat("""{"model":"m","max_tokens":5,"messages":[{"role":"user","content":"q"}],"tools":[{"name":"f","strict":true,"input_schema":{"type":"object","properties":{"a":{"type":"string"}}}}]}""", reach).Value.Dropped)
            .Should().Be(named);

    [Theory]
    [InlineData("summary", ChatReach.OpenAI, false, "input[].summary")]
    [InlineData("content", ChatReach.Translated, false, "input[].content")]
    [InlineData("summary", ChatReach.Compatible, false, "input[].summary")]
    [InlineData("summary", ChatReach.Compatible, true, "")]
    public void Thoughts_that_the_provider_is_not_told_are_named(string member, ChatReach reach, bool takesReasoning, string named)
    {
        var form = ResponsesForms.ToChat(Thought($$""" "{{member}}":[{"type":"summary_text","text":"hm"}] """), ResponsesForms.Translated with { Reach = reach, TakesReasoning = takesReasoning }).Value;

        string.Join(',', form.Dropped).Should().Be(named);
        Encoding.UTF8.GetString(form.Body.Span).Contains("hm", StringComparison.Ordinal).Should().Be(takesReasoning);
    }

    [Theory]
    [InlineData("""{"v":1,"thinking_blocks":[{"type":"thinking","thinking":"hm","signature":"s"}]}""")]
    [InlineData("""{"v":1,"call":"c","extra_content":{"google":{"thought_signature":"s"}}}""")]
    public void Thoughts_that_a_signature_says_once_more_are_not_named(string memory)
    {
        var body = Thought($$""" "summary":[{"type":"summary_text","text":"hm"}],"encrypted_content":"{{OpaqueMemory.Encode(Encoding.UTF8.GetBytes(memory))}}" """);

        ResponsesForms.ToChat(body, ResponsesForms.Translated).Value.Dropped.Should().BeEmpty();
        ResponsesForms.ToChat(body, ResponsesForms.OpenAI).Value.Dropped.Should().Equal("input[].summary");
    }

    private static string Thought(string members) => $$"""
        {"model":"m","input":[{"role":"user","content":"q"},{"type":"reasoning","id":"rs_1",{{members}}},{"role":"assistant","content":"a"},{"role":"user","content":"b"}]}
        """;

    private static string Part(string part) => $$"""{"model":"m","input":[{"role":"user","content":[{"type":"input_text","text":"q"},{{part}}]}]}""";
}
