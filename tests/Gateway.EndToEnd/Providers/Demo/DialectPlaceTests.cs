using System.Net;

namespace Gateway.EndToEnd.Providers.Demo;

/// <summary>What a provider behind a translator does not take is named in the fields of the client's dialect, in the error and in the header.</summary>
public sealed class DialectPlaceTests(DemoRig rig, LenientDemoRig lenient) : IClassFixture<DemoRig>, IClassFixture<LenientDemoRig>
{
    private const string Messages = "/v1/messages", Responses = "/v1/responses";

    [Theory]
    [InlineData(Messages, "bedrock", """ "system":"s","messages":[{"role":"user","content":"a"},{"role":"user","content":[{"type":"text","text":"b"},{"type":"image","source":{"type":"url","url":"https://a.example/b.png"}}]}] """, "messages[1].content[1].source")]
    [InlineData(Messages, "gemini", """ "messages":[{"role":"user","content":"a"},{"role":"user","content":[{"type":"tool_result","tool_use_id":"c9","content":"x"}]}] """, "messages[1].content[0].tool_use_id")]
    [InlineData(Responses, "ollama", """ "instructions":"s","input":[{"role":"user","content":[{"type":"input_text","text":"b"},{"type":"input_image","image_url":"https://a.example/b.png"}]}] """, "input[0].content[1].image_url")]
    [InlineData(Responses, "anthropic", """ "input":"a","text":{"format":{"type":"json_object"}} """, "text.format")]
    public async Task An_error_names_the_client_s_field(string path, string kind, string fields, string param)
    {
        var answer = await rig.App.PostAsync(path, Body(kind, fields));

        answer.Status.Should().Be(HttpStatusCode.BadRequest, answer.Text);
        answer.Error.GetProperty("param").GetString().Should().Be(param);
        answer.Error.GetProperty("message").GetString().Should().Contain($"'{param}'");
    }

    /// <summary>A provider that is sent the chat request itself names its fields; its words stay its own.</summary>
    [Fact]
    public async Task The_param_of_a_provider_s_own_error_is_the_client_s()
    {
        const string fields = """ "messages":[{"role":"user","content":"a"}],"tools":[{"name":"f","input_schema":{"type":"object"}},{"name":"no good","input_schema":{"type":"object"}}] """;

        var answer = await rig.App.PostAsync(Messages, Body("openai", fields));

        answer.Status.Should().Be(HttpStatusCode.BadRequest, answer.Text);
        answer.Error.GetProperty("param").GetString().Should().Be("tools[1].name");
        answer.Error.GetProperty("message").GetString().Should().Contain("'tools[1].function.name'");
    }

    /// <summary>Mistral's is a list in the message, which was not read.</summary>
    [Fact]
    public async Task What_Mistral_says_is_told_with_the_client_s_field()
    {
        var answer = await rig.App.PostAsync(Responses, Body("mistral", """ "input":"a","tools":[{"type":"function","name":"no good"}] """));

        answer.Status.Should().Be(HttpStatusCode.UnprocessableEntity, answer.Text);
        answer.Error.GetProperty("param").GetString().Should().Be("tools[0].name");
        answer.Error.GetProperty("message").GetString().Should().StartWith("'tools[0].function.name' must have 1 to 64");
    }

    [Theory]
    [InlineData(Messages, "gemini", """ "messages":[{"role":"user","content":"a"}],"tools":[{"name":"f","input_schema":{"type":"object"}},{"name":"g","strict":true,"input_schema":{"type":"object"}}] """, "tools[1].strict")]
    [InlineData(Responses, "bedrock", """ "input":"a","include":["message.output_text.logprobs"],"parallel_tool_calls":false,"tools":[{"type":"web_search"},{"type":"function","name":"f","strict":false,"parameters":{"type":"object"}}] """, "tools[0],include[0],parallel_tool_calls")]
    public async Task The_header_names_the_client_s_fields(string path, string kind, string fields, string dropped)
    {
        var answer = await lenient.App.PostAsync(path, Body(kind, fields));

        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        answer.Header("x-gateway-dropped-params").Should().Be(dropped);
    }

    private static string Body(string kind, string fields) => $$"""{"model":"{{DemoRig.Model(kind)}}","max_{{(fields.Contains("\"input\"", StringComparison.Ordinal) ? "output_" : "")}}tokens":500,{{fields}}}""";
}
