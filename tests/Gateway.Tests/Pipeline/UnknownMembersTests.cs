using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Providers;
using Gateway.Pipeline;
using Gateway.Providers;
using Gateway.Tests.Support;

namespace Gateway.Tests.Pipeline;

/// <summary>Members inside the fields of a chat request, at Mistral, which refuses those that its specification does not have.</summary>
public sealed class UnknownMembersTests
{
    private static readonly FieldQuirks Mistral = ProviderCatalog.ByKind["mistral"].Manifest.Fields!;

    [Theory]
    [InlineData("""{"role":"user","name":"ana","content":"q"}""", """{"role":"user","content":"q"}""", "messages[].name")]
    [InlineData("""{"name":"ana", "role":"user","content":"q"}""", """{"role":"user","content":"q"}""", "messages[].name")]
    [InlineData("""{ "reasoning_content":"hm", "thinking_blocks":[{"a":1}] , "content":"a" , "role":"assistant" , "audio":{"id":"x"} }""", """{ "content":"a" , "role":"assistant" }""", "messages[].reasoning_content,messages[].thinking_blocks,messages[].audio")]
    [InlineData("""{"role":"assistant","content":"a","refusal":null,"annotations":[],"audio":null}""", """{"role":"assistant","content":"a"}""", "")]
    [InlineData("""{"role":"assistant","content":"a","r\u0065fusal":"no","pr\u0065fix":true}""", """{"role":"assistant","content":"a","pr\u0065fix":true}""", "messages[].refusal")]
    [InlineData("""{"role":"tool","tool_call_id":"c","name":"f","content":"r","is_error":true}""", """{"role":"tool","tool_call_id":"c","name":"f","content":"r"}""", "messages[].is_error")]
    [InlineData("""{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{\"x\":1}","x":1},"extra_content":{"g":{}},"index":0}]}""",
        """{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{\"x\":1}"},"index":0}]}""", "messages[].tool_calls[].function.x,messages[].tool_calls[].extra_content")]
    [InlineData("""{"role":"user","content":[{"type":"text","text":"q","cache_control":{"type":"ephemeral"}},{"type":"text","text":"p","cache_control":{}},{"type":"image_url","image_url":{"url":"u","detail":"low","format":"png"}},{"type":"image_url","image_url":"u"}]}""",
        """{"role":"user","content":[{"type":"text","text":"q"},{"type":"text","text":"p"},{"type":"image_url","image_url":{"url":"u","detail":"low"}},{"type":"image_url","image_url":"u"}]}""", "messages[].content[].cache_control,messages[].content[].image_url.format")]
    [InlineData("""{"role":"developer","name":"a","content":"q"}""", """{"role":"system","content":"q"}""", "messages[].name")]
    [InlineData("""{"content":"q","r\u006fle":"developer"}""", """{"content":"q","r\u006fle":"system"}""", "")]
    [InlineData("""{"role":"assistant","content":null,"refusal":"no"}""", """{"role":"assistant","content":"no"}""", "")]
    [InlineData("""{"r\u0065fusal":"n\u006f","role":"assistant","tool_calls":[],"name":"a"}""", """{"content":"n\u006f","role":"assistant","tool_calls":[]}""", "messages[].name")]
    [InlineData("""{"role":"assistant","content":null,"refusal":""}""", """{"role":"assistant","content":null}""", "messages[].refusal")]
    [InlineData("""{"role":"assistant","content":null,"tool_calls":[]}""", """{"role":"assistant","content":null,"tool_calls":[]}""", "")]
    [InlineData("""{"role":"user","content":[{"type":"file","file_id":"f","cache_control":{"type":"ephemeral"}}]}""", """{"role":"user","content":[{"type":"file","file_id":"f"}]}""", "messages[].content[].cache_control")]
    [InlineData("""{"role":"newer","content":"q","x":1}""", """{"role":"newer","content":"q","x":1}""", "")]
    [InlineData("""{"role":"user","content":[{"type":"newer","x":1},5]}""", """{"role":"user","content":[{"type":"newer","x":1},5]}""", "")]
    [InlineData("5", "5", "")]
    public void What_Mistral_does_not_know_of_a_message_is_left_out_and_named(string message, string sent, string named) => Both("\"messages\":[", message, sent, "]", named);

    [Theory]
    [InlineData("""[{"type":"function","cache_control":{"type":"ephemeral"},"function":{"name":"f","strict":true,"description":"d","parameters":{"x":1},"cache_control":null}}]""",
        """[{"type":"function","function":{"name":"f","strict":true,"description":"d","parameters":{"x":1}}}]""", "tools[].cache_control")]
    [InlineData("""[{"type":"newer","x":1}]""", """[{"type":"newer","x":1}]""", "")]
    public void What_it_does_not_know_of_a_tool_is_left_out_and_named(string tools, string sent, string named) => Both("\"messages\":[],\"tools\":", tools, sent, "", named);

    [Theory]
    [InlineData("response_format", """{"type":"json_schema","json_schema":{"name":"n","description":"d","strict":true,"schema":{"x":1},"y":2}}""", """{"type":"json_schema","json_schema":{"name":"n","description":"d","strict":true,"schema":{"x":1}}}""", "response_format.json_schema.y")]
    [InlineData("tool_choice", """{"type":"function","function":{"name":"f"},"x":1}""", """{"type":"function","function":{"name":"f"}}""", "tool_choice.x")]
    [InlineData("tool_choice", "\"auto\"", "\"auto\"", "")]
    [InlineData("prediction", """{"type":"content","content":"a","x":1}""", """{"type":"content","content":"a"}""", "prediction.x")]
    public void And_of_other_fields(string field, string value, string sent, string named) => Both($"\"messages\":[],\"{field}\":", value, sent, "", named);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_of_OpenAIs_is_a_400_that_names_its_place_whatever_may_be_dropped(bool drop)
    {
        var body = """{"messages":[{"role":"system","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},{"role":"user","content":[{"type":"text","text":"q"},{"type":"file","file":{"file_data":"data:application/pdf;base64,AA=="}}]}]}"""u8;
        var members = default(JsonMembers);
        BodyScan.Scan(body, ref members).Should().BeNull();

        var error = UnknownFields.Check(body, members, Mistral, drop, "acme", null, out _);

        members.Return();
        error!.Param.Should().Be("messages[1].content[1].file");
        error.Message.Should().Be("Provider 'acme' does not take 'messages[1].content[1].file'. Send a PDF as {\"type\":\"document_url\",\"document_url\":\"data:application/pdf;base64,…\"}.");
    }

    /// <summary>Without it the turn would be empty, and the conversation another one.</summary>
    [Theory]
    [InlineData("""{"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}}""", "function_call", "It is OpenAI's older form of a call: send it in 'tool_calls', and its result as a message with the role tool.")]
    [InlineData("""{"function_call":{"name":"f","arguments":"{}"},"content":"said","role":"assistant","tool_calls":[]}""", "function_call", "It is OpenAI's older form of a call: send it in 'tool_calls', and its result as a message with the role tool.")]
    [InlineData("""{"role":"assistant","audio":{"id":"audio_1"}}""", "audio", "It is sound that OpenAI has kept: send its transcript in 'content'.")]
    [InlineData("""{"role":"assistant","audio":{"id":"audio_1"},"content":"","refusal":null}""", "audio", "It is sound that OpenAI has kept: send its transcript in 'content'.")]
    public void What_a_turn_says_in_a_member_that_it_does_not_know_is_a_400_whatever_may_be_dropped(string turn, string member, string advice)
    {
        var body = Encoding.UTF8.GetBytes($"{{\"messages\":[{{\"role\":\"user\",\"content\":\"q\"}},{turn}]}}");
        var members = default(JsonMembers);
        BodyScan.Scan(body, ref members).Should().BeNull();

        var error = UnknownFields.Check(body, members, Mistral, drop: true, "acme", null, out _);

        members.Return();
        (error!.Param, error.Message).Should().Be(($"messages[1].{member}", $"Provider 'acme' does not take 'messages[1].{member}'. {advice}"));
    }

    [Theory]
    [InlineData("""{"role":"assistant","content":"a","audio":{"id":"x"},"function_call":null}""", """{"role":"assistant","content":"a"}""", "messages[].audio")]
    [InlineData("""{"role":"assistant","content":null,"audio":null,"refusal":"no"}""", """{"role":"assistant","content":"no"}""", "")]
    [InlineData("""{"audio":{"id":"x"},"function_call":{"name":"f"},"role":"assistant","tool_calls":[{"id":"c"}]}""", """{"role":"assistant","tool_calls":[{"id":"c"}]}""", "messages[].audio,messages[].function_call")]
    [InlineData("""{"audio":{"id":"x"},"role":"assistant","content":[{"type":"text","text":"a"}]}""", """{"role":"assistant","content":[{"type":"text","text":"a"}]}""", "messages[].audio")]
    public void And_left_out_where_the_turn_says_something_else(string turn, string sent, string named) => Both("\"messages\":[", turn, sent, "]", named);

    [Fact]
    public void A_name_is_said_once() => Both("\"messages\":[", """{"role":"user","name":"a","content":"q"},{"role":"user","name":"b","content":"q"}""", """{"role":"user","content":"q"},{"role":"user","content":"q"}""", "]", "messages[].name");

    /// <summary>What an operator sets stands in the place of the whole field.</summary>
    [Fact]
    public void Nothing_is_taken_out_of_a_field_that_the_operator_overrides()
    {
        var model = Models.Model("fast") with { Fields = [Gateway.Routing.OperatorField.Create("tool_choice", "\"none\""u8, wins: true)] };

        Sent("{\"model\":\"up\",\"messages\":[],\"tool_choice\":{\"x\":1,\"type\":\"function\"}}", model, out _).Should().Be("{\"model\":\"up\",\"messages\":[],\"tool_choice\":\"none\"}");
    }

    [Fact]
    public void Providers_that_refuse_nothing_get_what_the_client_sent()
    {
        const string body = """{"model":"up","messages":[{"role":"user","name":"a","x":1,"content":"q"}]}""";

        Sent(body, Models.Model("fast"), out var named, new FieldQuirks()).Should().Be(body);
        named.Should().BeEmpty();
    }

    private static void Both(string before, string value, string sent, string after, string named)
    {
        var written = Sent($"{{\"model\":\"up\",{before}{value}{after}}}", Models.Model("fast"), out var names);

        written.Should().Be($"{{\"model\":\"up\",{before}{sent}{after}}}");
        JsonNode.Parse(written).Should().NotBeNull();
        string.Join(',', names).Should().Be(named);
    }

    private static string Sent(string request, Gateway.Routing.ModelEntry model, out IReadOnlyList<string> named, FieldQuirks? quirks = null)
    {
        var provider = Models.Provider();
        provider = provider with { Manifest = provider.Manifest with { Fields = quirks ?? Mistral } };
        var body = Encoding.UTF8.GetBytes(request);
        var members = default(JsonMembers);
        BodyScan.Scan(body, ref members).Should().BeNull();
        RequestFields.Read(body, members, InferenceEndpoint.ChatCompletions, out var fields).Should().BeNull();
        UnknownFields.Check(body, members, quirks ?? Mistral, drop: false, "acme", null, out named).Should().BeNull();
        var rewritten = BodyRewriter.Rewrite(body, members, fields, model, Models.Target(provider, "up"), InferenceEndpoint.ChatCompletions);
        var text = rewritten.IsEmpty ? request : Encoding.UTF8.GetString(rewritten.Span);
        rewritten.Return();
        members.Return();
        return text;
    }
}
