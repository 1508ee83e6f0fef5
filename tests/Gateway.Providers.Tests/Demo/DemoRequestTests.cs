using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Demo;

/// <summary>What the demo cannot serve is refused by the name of the field; the rest is tested by the golden cases.</summary>
public sealed class DemoRequestTests
{
    private const string User = """{"role":"user","content":"hi"}""";
    private const string Call = """{"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]}""";
    private const string Tool = """{"type":"function","function":{"name":"f"}}""";

    [Theory]
    [InlineData("", "messages")]
    [InlineData("\"messages\":[]", "messages")]
    [InlineData("\"messages\":[null]", "messages[0]")]
    [InlineData("\"messages\":[{\"content\":\"hi\"}]", "messages[0].role")]
    [InlineData("\"messages\":[{\"role\":\"robot\",\"content\":\"hi\"}]", "messages[0].role")]
    [InlineData("\"messages\":[{\"role\":\"user\"}]", "messages[0].content")]
    [InlineData("\"messages\":[{\"role\":\"user\",\"content\":null}]", "messages[0].content")]
    [InlineData("\"messages\":[{\"role\":\"assistant\"}]", "messages[0].content")]
    [InlineData("\"messages\":[{\"role\":\"user\",\"content\":[null]}]", "messages[0].content[0].type")]
    [InlineData("\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\"}]}]", "messages[0].content[0].text")]
    [InlineData("\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"image_url\",\"image_url\":{}}]}]", "messages[0].content[1]")]
    [InlineData("\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_audio\"}]}]", "messages[0].content[0]")]
    [InlineData("\"messages\":[{\"role\":\"tool\",\"content\":\"x\",\"tool_call_id\":\"c1\"}]", "messages[0].tool_call_id")]
    [InlineData("\"messages\":[" + Call + ",{\"role\":\"tool\",\"content\":\"x\"}]", "messages[1].tool_call_id")]
    [InlineData("\"messages\":[" + Call + ",{\"role\":\"tool\",\"content\":\"x\",\"tool_call_id\":\"c2\"}]", "messages[1].tool_call_id")]
    [InlineData("\"messages\":[" + Call + "]", "messages[0]")]
    [InlineData("\"messages\":[" + Call + "," + User + "]", "messages[1]")]
    [InlineData("\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"c1\"}]}]", "messages[0].tool_calls[0]")]
    [InlineData("\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[null]}]", "messages[0].tool_calls[0]")]
    [InlineData("\"messages\":[" + User + "],\"n\":0", "n")]
    [InlineData("\"messages\":[" + User + "],\"n\":17", "n")]
    [InlineData("\"messages\":[" + User + "],\"max_tokens\":0", "max_tokens")]
    [InlineData("\"messages\":[" + User + "],\"max_completion_tokens\":-1", "max_completion_tokens")]
    [InlineData("\"messages\":[" + User + "],\"stop\":[\"a\",\"b\",\"c\",\"d\",\"e\"]", "stop")]
    [InlineData("\"messages\":[" + User + "],\"stop\":\"\"", "stop")]
    [InlineData("\"messages\":[" + User + "],\"temperature\":2.1", "temperature")]
    [InlineData("\"messages\":[" + User + "],\"top_p\":-0.1", "top_p")]
    [InlineData("\"messages\":[" + User + "],\"stream_options\":{\"include_usage\":true}", "stream_options")]
    [InlineData("\"messages\":[" + User + "],\"modalities\":[\"text\",\"audio\"]", "modalities")]
    [InlineData("\"messages\":[" + User + "],\"audio\":{\"voice\":\"x\"}", "audio")]
    [InlineData("\"messages\":[" + User + "],\"logprobs\":true", "logprobs")]
    [InlineData("\"messages\":[" + User + "],\"functions\":[]", "functions")]
    [InlineData("\"messages\":[" + User + "],\"web_search_options\":{}", "web_search_options")]
    [InlineData("\"messages\":[" + User + "],\"response_format\":{\"type\":\"xml\"}", "response_format.type")]
    [InlineData("\"messages\":[" + User + "],\"response_format\":{\"type\":\"json_schema\"}", "response_format.json_schema")]
    [InlineData("\"messages\":[" + User + "],\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{}}", "response_format.json_schema.name")]
    [InlineData("\"messages\":[" + User + "],\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\",\"schema\":5}}", "response_format.json_schema.schema")]
    [InlineData("\"messages\":[" + User + "],\"tools\":[null]", "tools[0].type")]
    [InlineData("\"messages\":[" + User + "],\"tools\":[{\"type\":\"web_search\"}]", "tools[0].type")]
    [InlineData("\"messages\":[" + User + "],\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a b\"}}]", "tools[0].function.name")]
    [InlineData("\"messages\":[" + User + "],\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a\",\"parameters\":[]}}]", "tools[0].function.parameters")]
    [InlineData("\"messages\":[" + User + "],\"tool_choice\":\"required\"", "tool_choice")]
    [InlineData("\"messages\":[" + User + "],\"tools\":[" + Tool + "],\"tool_choice\":\"maybe\"", "tool_choice")]
    [InlineData("\"messages\":[" + User + "],\"tools\":[" + Tool + "],\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"g\"}}", "tool_choice")]
    [InlineData("\"messages\":[" + User + "],\"tools\":[" + Tool + "],\"tool_choice\":{\"type\":\"allowed_tools\"}", "tool_choice")]
    public void A_chat_that_cannot_be_served_is_refused_by_field(string members, string field) => Refused(InferenceEndpoint.ChatCompletions, members, field);

    [Theory]
    [InlineData("", "prompt")]
    [InlineData("\"prompt\":[]", "prompt")]
    [InlineData("\"prompt\":5", "prompt")]
    [InlineData("\"prompt\":{}", "prompt")]
    [InlineData("\"prompt\":[1,2]", "prompt")]
    [InlineData("\"prompt\":[[1,2]]", "prompt")]
    [InlineData("\"prompt\":[\"a\",5]", "prompt")]
    [InlineData("\"prompt\":[\"a\",[1]]", "prompt")]
    [InlineData("\"prompt\":\"a\",\"logprobs\":1", "logprobs")]
    [InlineData("\"prompt\":\"a\",\"best_of\":2", "best_of")]
    [InlineData("\"prompt\":\"a\",\"n\":99", "n")]
    [InlineData("\"prompt\":\"a\",\"max_tokens\":0", "max_tokens")]
    [InlineData("\"prompt\":\"a\",\"suffix\":5", "suffix")]
    [InlineData("\"prompt\":\"a\",\"echo\":\"yes\"", "echo")]
    public void A_completion_that_cannot_be_served_is_refused_by_field(string members, string field) => Refused(InferenceEndpoint.Completions, members, field);

    [Theory]
    [InlineData("", "input")]
    [InlineData("\"input\":\"\"", "input")]
    [InlineData("\"input\":[]", "input")]
    [InlineData("\"input\":[[]]", "input")]
    [InlineData("\"input\":[\"a\",\"\"]", "input")]
    [InlineData("\"input\":[1,-2]", "input")]
    [InlineData("\"input\":[1,\"a\"]", "input")]
    [InlineData("\"input\":\"a\",\"dimensions\":0", "dimensions")]
    [InlineData("\"input\":\"a\",\"dimensions\":3073", "dimensions")]
    [InlineData("\"input\":\"a\",\"encoding_format\":\"hex\"", "encoding_format")]
    [InlineData("\"input\":\"a\",\"stream\":true", "stream")]
    public void An_embedding_that_cannot_be_served_is_refused_by_field(string members, string field) => Refused(InferenceEndpoint.Embeddings, members, field);

    [Theory]
    [InlineData("\"audio\":null,\"functions\":null,\"logprobs\":false,\"modalities\":[\"text\"]")]
    [InlineData("\"temperature\":0,\"top_p\":1,\"presence_penalty\":1,\"logit_bias\":{\"1\":2},\"user\":\"u\",\"metadata\":{},\"store\":false,\"service_tier\":\"auto\"")]
    [InlineData("\"tools\":null,\"tool_choice\":\"auto\",\"response_format\":null,\"stop\":null,\"n\":null,\"max_tokens\":null,\"stream\":null,\"stream_options\":null")]
    [InlineData("\"a_field_of_next_year\":{\"x\":[1]}")]
    public void What_changes_nothing_is_let_through(string members) =>
        Translation.Demo(InferenceEndpoint.ChatCompletions).Build($$"""{"model":"demo","messages":[{{User}}],{{members}}}""").Error.Should().BeNull();

    private static void Refused(InferenceEndpoint endpoint, string members, string field)
    {
        var built = Translation.Demo(endpoint).Build("{\"model\":\"demo\"" + (members.Length > 0 ? "," : "") + members + "}");
        built.IsOk.Should().BeFalse();
        built.Error!.Kind.Should().Be(ErrorKind.InvalidRequest);
        built.Error.Param.Should().Be(field);
        built.Error.Message.Should().NotBeNullOrEmpty();
    }
}
