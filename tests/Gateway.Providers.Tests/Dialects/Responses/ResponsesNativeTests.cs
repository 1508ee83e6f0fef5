using System.Text;
using System.Text.Json.Nodes;

namespace Gateway.Providers.Tests.Dialects.Responses;

/// <summary>A conversation that goes on with a provider that speaks the dialect itself.</summary>
public sealed class ResponsesNativeTests
{
    [Fact]
    public void What_only_the_gateway_understands_is_left_out_and_the_rest_stays()
    {
        const string others = """{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"gAAAA"},{"type":"reasoning","id":"rs_2","summary":[]},{"role":"user","content":"\"gateway.\" é","a":1.50}""";
        var answer = JsonNode.Parse(ResponsesForms.Reply("""{"choices":[{"message":{"content":"a","reasoning_content":"t","tool_calls":[{"id":"c","function":{"name":"f","arguments":"{}"},"extra_content":{"x":1}}]}}]}""").Replace("01TEST", "req_01TEST", StringComparison.Ordinal))!["output"]!.AsArray();
        var body = $$"""{"model":"m","input":[{{others}},{{string.Join(',', answer.Select(static i => i!.ToJsonString()))}}],"store":false}""";

        var native = ResponsesForms.Dialect.ToNative(Encoding.UTF8.GetBytes(body))!.Value.Body;

        Encoding.UTF8.GetString(native.Span).Should().StartWith($$"""{"model":"m","input":[{{others}},""").And.EndWith("],\"store\":false}");
        var left = JsonNode.Parse(native.Span)!["input"]!.AsArray().Skip(3).Select(static i => i!.AsObject()).ToList();
        left.Select(static i => (string?)i["type"]).Should().Equal("message", "function_call");
        left.Should().OnlyContain(static i => !i.ContainsKey("id"), "those ids were the gateway's");
    }

    /// <summary>OpenAI looks for the item in its store.</summary>
    [Fact]
    public void An_image_that_another_model_made_is_left_out()
    {
        const string own = """{"type":"image_generation_call","id":"ig_1","result":"aW1n"}""";

        var native = ResponsesForms.Dialect.ToNative(Encoding.UTF8.GetBytes($$"""{"input":[{"type":"image_generation_call","id":"ig_req_1_0","result":"aW1n"},{{own}}]}"""));

        Encoding.UTF8.GetString(native!.Value.Body.Span).Should().Be($$"""{"input":[{{own}}]}""");
    }

    [Fact]
    public void References_to_thoughts_that_nobody_stored_are_left_out()
    {
        var native = ResponsesForms.Dialect.ToNative("""{"input":[{"type":"item_reference","id":"rs_req_1_0"},{"type":"item_reference","id":"rs_1"}]}"""u8);

        Encoding.UTF8.GetString(native!.Value.Body.Span).Should().Be("""{"input":[{"type":"item_reference","id":"rs_1"}]}""");
    }

    [Theory]
    [InlineData("""{"model":"m","input":[{"type":"function_call","id":"fc_1_req_","call_id":"c_req_1","name":"f","arguments":"{}"},{"type":"item_reference","id":"rs_1"}]}""")]
    [InlineData("""{"model":"m","input":"gateway."}""")]
    [InlineData("""{"model":"m","input":"\"gateway."}""")]
    [InlineData("""{"model":"m","input":[{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"gAAAA"}]}""")]
    [InlineData("""{"model":"m","instructions":"say","input":["gateway.","rs_req_"]}""")]
    [InlineData("""{"input":{"a":"gateway."}}""")]
    [InlineData("\"gateway.")]
    public void What_has_nothing_of_the_gateway_passes_as_it_is(string body) => ResponsesForms.Dialect.ToNative(Encoding.UTF8.GetBytes(body)).Should().BeNull();
}
