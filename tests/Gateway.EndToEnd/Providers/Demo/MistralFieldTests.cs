using System.Net;

namespace Gateway.EndToEnd.Providers.Demo;

/// <summary>Mistral refuses fields that it does not know (as its demo does): none of them is sent, and what asked for something is named in the client's words.</summary>
public sealed class MistralFieldTests(DemoRig rig, LenientDemoRig lenient) : IClassFixture<DemoRig>, IClassFixture<LenientDemoRig>
{
    private const string Chat = "/v1/chat/completions", Messages = "/v1/messages", Responses = "/v1/responses";

    [Theory]
    [InlineData(Chat, """ "user":"u","service_tier":"default","store":true,"metadata":{},"safety_identifier":"s","prompt_cache_key":"k","prompt_cache_retention":"24h","logit_bias":{},"logprobs":false,"verbosity":"medium" """)]
    [InlineData(Messages, """ "metadata":{"user_id":"user_1"},"service_tier":"standard_only" """)]
    [InlineData(Responses, """ "user":"u","service_tier":"default","safety_identifier":"s","prompt_cache_key":"k","prompt_cache_retention":"24h","store":false,"text":{"verbosity":"medium"},"top_logprobs":0 """)]
    public async Task Labels_and_what_asks_for_nothing_stand_in_no_ones_way(string path, string fields)
    {
        var answer = await rig.App.PostAsync(path, Body(path, fields));

        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        answer.Header("x-gateway-dropped-params").Should().BeNull();
    }

    [Theory]
    [InlineData(Chat, """ "logprobs":true,"top_logprobs":2 """, "logprobs", "logprobs,top_logprobs")]
    [InlineData(Chat, """ "service_tier":"flex" """, "service_tier", "service_tier")]
    [InlineData(Chat, """ "x_new":1 """, "x_new", "x_new")]
    [InlineData(Chat, """ "web_search_options":{} """, "web_search_options", "web_search_options")]
    [InlineData(Responses, """ "text":{"verbosity":"low"} """, "text.verbosity", "text.verbosity")]
    [InlineData(Responses, """ "top_logprobs":2 """, "top_logprobs", "top_logprobs")]
    [InlineData(Responses, """ "logit_bias":{"1":2} """, "logit_bias", "logit_bias")]
    public async Task What_asks_for_something_is_a_400_or_dropped_and_named(string path, string fields, string refused, string dropped)
    {
        var body = Body(path, fields);

        var strict = await rig.App.PostAsync(path, body);
        var answer = await lenient.App.PostAsync(path, body);

        strict.Status.Should().Be(HttpStatusCode.BadRequest, strict.Text);
        strict.Error.GetProperty("param").GetString().Should().Be(refused);
        strict.Error.GetProperty("message").GetString().Should().Contain($"'{refused}'");
        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        answer.Header("x-gateway-dropped-params").Should().Be(dropped);
    }

    [Fact]
    public async Task What_other_providers_put_into_messages_is_left_out_and_named()
    {
        var answer = await rig.App.PostAsync(Chat, $$"""
            {"model":"{{DemoRig.Model("mistral")}}","messages":[{"role":"developer","content":"Be brief."},{"role":"user","content":"p"},{"role":"assistant","content":null,"refusal":"no"},{"role":"user","name":"ana","content":[{"type":"text","text":"q","cache_control":{"type":"ephemeral"} }]},
             {"role":"assistant","content":null,"refusal":null,"annotations":[],"audio":null,"reasoning_content":"hm","thinking_blocks":[{"type":"thinking","thinking":"hm","signature":"c2ln"}],
              "tool_calls":[{"id":"abcdefghi","type":"function","function":{"name":"f","arguments":"{}"},"extra_content":{"google":{"thought_signature":"s"} } }]},
             {"role":"tool","tool_call_id":"abcdefghi","name":"f","content":"r"}],"tools":[{"type":"function","function":{"name":"f","strict":true,"parameters":{"type":"object","properties":{} } } }]}
            """);

        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        answer.Header("x-gateway-dropped-params").Should().Be(
            "messages[].name,messages[].content[].cache_control,messages[].reasoning_content,messages[].thinking_blocks,messages[].tool_calls[].extra_content");
    }

    private static string Body(string path, string fields)
    {
        var said = path switch
        {
            Responses => """ "input":[{"role":"developer","content":"Be brief."},{"role":"user","content":"Hello"}] """,
            Messages => """ "max_tokens":100,"messages":[{"role":"user","content":"Hello"}] """,
            _ => """ "messages":[{"role":"user","content":"Hello"}] """,
        };
        return $$"""{"model":"{{DemoRig.Model("mistral")}}",{{said}},{{fields}}}""";
    }
}
