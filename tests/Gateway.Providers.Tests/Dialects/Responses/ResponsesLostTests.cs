using Gateway.Core.Dialects;
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
        System.Text.Encoding.UTF8.GetString(form.Body.Span).Should().NotContain("foo");
    }

    [Theory]
    [InlineData(ChatReach.OpenAI, "tools[].strict")]
    [InlineData(ChatReach.Compatible, "tools[].strict")]
    [InlineData(ChatReach.Translated, "")]
    public void A_message_is_told_of_a_strict_tool_that_OpenAI_would_refuse(ChatReach reach, string named) =>
        string.Join(',', MessagesTalk.ToChat("""{"model":"m","max_tokens":5,"messages":[{"role":"user","content":"q"}],"tools":[{"name":"f","strict":true,"input_schema":{"type":"object","properties":{"a":{"type":"string"}}}}]}""", reach).Value.Dropped)
            .Should().Be(named);

    private static string Part(string part) => $$"""{"model":"m","input":[{"role":"user","content":[{"type":"input_text","text":"q"},{{part}}]}]}""";
}
