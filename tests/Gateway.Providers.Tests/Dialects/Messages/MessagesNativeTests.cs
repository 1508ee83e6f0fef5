using System.Text;
using System.Text.Json.Nodes;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Dialects.Messages;

/// <summary>A conversation that began with another provider, on its way to Anthropic itself.</summary>
public sealed class MessagesNativeTests
{
    [Fact]
    public void What_Anthropic_did_not_make_is_taken_out_and_the_rest_is_as_it_was()
    {
        var reply = JsonNode.Parse(MessagesTalk.Reply("""
            {"choices":[{"message":{"content":"a","reasoning_content":"hm","extra_content":{"google":{"thought_signature":"t"}},"tool_calls":[{"id":"functions.f:0","type":"function","function":{"name":"f","arguments":"{\"x\":1.50}"},"extra_content":{"google":{"thought_signature":"s"}}}]},"finish_reason":"tool_calls"}]}
            """))!;
        var body = $$"""
            {"model":"m","max_tokens":1,"unknown":{"a":1.0},"messages":[{"role":"user","content":"q"},{"role":"assistant","content":{{reply["content"]!.ToJsonString()}}},{"role":"user","content":[{"tool_use_id":"functions.f:0","type":"tool_result","content":"r"}]},
             {"role":"assistant","content":[{"type":"thinking","thinking":"alone","signature":""}]},
             {"role":"assistant","content":[{"type":"thinking","thinking":"signed","signature":"c2ln"},{"type":"redacted_thinking","data":"ZW5j"},{"type":"text","text":"b"}]}]}
            """;

        var native = MessagesTalk.Dialect.ToNative(Encoding.UTF8.GetBytes(body));

        Encoding.UTF8.GetString(native!.Value.Body.Span).Should().Be(
            """{"model":"m","max_tokens":1,"unknown":{"a":1.0},"messages":[{"role":"user","content":"q"},{"role":"assistant","content":[{"type":"text","text":"a"},{"type":"tool_use","id":"functions_f_0","name":"f","input":{"x":1.50}}]},"""
            + """{"role":"user","content":[{"tool_use_id":"functions_f_0","type":"tool_result","content":"r"}]},"""
            + """{"role":"assistant","content":[{"type":"thinking","thinking":"signed","signature":"c2ln"},{"type":"redacted_thinking","data":"ZW5j"},{"type":"text","text":"b"}]}]}""");
    }

    /// <summary>Anthropic takes images of the user's only.</summary>
    [Fact]
    public void An_image_that_another_model_made_is_taken_out()
    {
        var reply = JsonNode.Parse(MessagesTalk.Reply("""{"choices":[{"message":{"content":"a","images":[{"type":"image_url","image_url":{"url":"data:image/png;base64,aW1n"}}]},"finish_reason":"stop"}]}"""))!;
        const string users = """{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"eHg="}}]}""";

        var native = MessagesTalk.Dialect.ToNative(Encoding.UTF8.GetBytes($$"""{"messages":[{{users}},{"role":"assistant","content":{{reply["content"]!.ToJsonString()}}}]}"""));

        reply["content"]!.AsArray().Select(static b => (string?)b!["type"]).Should().Equal("text", "redacted_thinking", "image");
        Encoding.UTF8.GetString(native!.Value.Body.Span).Should().Be($$"""{"messages":[{{users}},{"role":"assistant","content":[{"type":"text","text":"a"}]}]}""");
    }

    /// <summary>It takes back what its own search found, by an index that it encrypted, and no other page.</summary>
    [Fact]
    public void Pages_that_another_provider_cites_are_taken_out_and_named()
    {
        const string own = """{"type":"web_search_result_location","url":"https://a.example","title":"A","encrypted_index":"ZW5j","cited_text":"a"}""", document = """{"type":"char_location","document_index":0}""";
        var reply = JsonNode.Parse(MessagesTalk.Reply("""
            {"choices":[{"message":{"content":"a","annotations":[{"type":"url_citation","url_citation":{"start_index":0,"end_index":1,"url":"https://b.example","title":"B"}}]},"finish_reason":"stop"}]}
            """))!;
        var others = reply["content"]![0]!["citations"]!.AsArray().Single()!.ToJsonString();
        string Asked(string one, string two) => $$"""{"messages":[{"role":"assistant","content":[{"type":"text","text":"a"{{one}}},{"type":"text","citations":[{{two}}],"text":"b"}]}]}""";

        var native = MessagesTalk.Dialect.ToNative(Encoding.UTF8.GetBytes(Asked($",\"citations\":[{others}]", $"{own},{others},{document}")));

        Encoding.UTF8.GetString(native!.Value.Body.Span).Should().Be(Asked("", $"{own},{document}"));
        native.Value.Dropped.Should().Equal("messages[].content[].citations");
        MessagesTalk.Dialect.ToNative(Encoding.UTF8.GetBytes(Asked("", $"{own},{document}"))).Should().BeNull();
    }

    [Fact]
    public void A_conversation_with_nothing_of_others_is_sent_as_it_is()
    {
        foreach (var name in Golden.Cases("messages").Where(static n => n != "thinking")) MessagesTalk.Dialect.ToNative(Encoding.UTF8.GetBytes(Golden.Request("messages", name))).Should().BeNull(name);
        MessagesTalk.Dialect.ToNative("""{"messages":[{"content":"\"signature\": \"\" and \"gateway.\" in a text"}]}"""u8).Should().BeNull();
    }

    /// <summary>Anthropic refuses thoughts for the rest of a turn that began without.</summary>
    [Theory]
    [InlineData("""{"type":"thinking","thinking":"hm","signature":""},{"type":"tool_use","id":"a","name":"f","input":{}}""", true)]
    [InlineData("""{"type":"redacted_thinking","data":"gateway.e30"},{"type":"text","text":"t"},{"type":"tool_use","id":"a","name":"f","input":{}}""", true)]
    [InlineData("""{"type":"tool_use","id":"a:1","name":"f","input":{}}""", true)]
    [InlineData("""{"type":"thinking","thinking":"hm","signature":"c2ln"},{"type":"redacted_thinking","data":"gateway.e30"},{"type":"tool_use","id":"a","name":"f","input":{}}""", false)]
    [InlineData("""{"type":"thinking","thinking":"hm","signature":""},{"type":"text","text":"no call"}""", false)]
    public void A_turn_that_lost_its_thoughts_goes_on_without(string turn, bool dropped)
    {
        const string thinking = "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024},\"context_management\":{\"edits\":[{\"type\":\"clear_thinking_20251015\",\"keep\":\"all\"},{\"type\":\"clear_tool_uses_20250919\"}]}";
        const string older = """{"role":"assistant","content":[{"type":"thinking","thinking":"a","signature":""},{"type":"text","text":"b"}]}""";
        var body = $$"""{{{thinking}},"messages":[{"role":"user","content":"q"},{{older}},{"role":"user","content":"q"},{"role":"assistant","content":[{{turn}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"a:1","content":"r"}]}]}""";

        var native = MessagesTalk.Dialect.ToNative(Encoding.UTF8.GetBytes(body))!.Value;
        var sent = JsonNode.Parse(native.Body.Span)!;

        native.Dropped.Should().Equal(dropped ? ["thinking", "context_management"] : []);
        (sent["thinking"] is null).Should().Be(dropped);
        sent["context_management"]!["edits"]!.AsArray().Count.Should().Be(dropped ? 1 : 2);
    }

    /// <summary>A model that shows no thoughts leaves nothing but the ids of its calls.</summary>
    [Theory]
    [InlineData("call_1", "enabled", "call_1", true)]
    [InlineData("call_1", "adaptive", "call_1", false)]
    [InlineData("toolu_1", "enabled", "toolu_1", false)]
    [InlineData("toolu_1", "enabled", "call_1", true)]
    [InlineData("call_1", "enabled", "toolu_1", false)]
    public void A_tool_loop_of_anothers_goes_on_without_thoughts(string older, string thinking, string id, bool dropped)
    {
        static string Loop(string id, string thought) => $$$"""{"role":"assistant","content":[{{{thought}}}{"type":"tool_use","id":"{{{id}}}","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"{{{id}}}","content":"r"}]}""";
        var signed = id == "toolu_1" && older == "call_1" ? """{"type":"thinking","thinking":"t","signature":"c2ln"},""" : "";
        var body = $$"""{"thinking":{"type":"{{thinking}}","budget_tokens":1024},"messages":[{"role":"user","content":"q"},{{Loop(older, "")}},{{Loop(id, signed)}}]}""";

        var native = MessagesTalk.Dialect.ToNative(Encoding.UTF8.GetBytes(body));

        (native is not null).Should().Be(dropped, "what nothing is to be changed of is sent as it is");
        if (!dropped) return;
        native!.Value.Dropped.Should().Equal("thinking");
        var sent = JsonNode.Parse(native.Value.Body.Span)!.AsObject();
        sent.ContainsKey("thinking").Should().BeFalse();
        JsonNode.DeepEquals(sent["messages"], JsonNode.Parse(body)!["messages"]).Should().BeTrue();
    }

    [Fact]
    public void Adaptive_thoughts_may_be_missing_anywhere()
    {
        var native = MessagesTalk.Dialect.ToNative("""{"thinking":{"type":"adaptive"},"messages":[{"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":""},{"type":"tool_use","id":"a","name":"f","input":{}}]}]}"""u8)!.Value;

        native.Dropped.Should().BeEmpty();
        Encoding.UTF8.GetString(native.Body.Span).Should().Contain("adaptive").And.NotContain("hm");
    }

    [Theory]
    [InlineData("\"gateway.")]
    [InlineData("""{"messages":5,"signature":""}""")]
    [InlineData("""{"signature":""}""")]
    [InlineData("""{"messages":[5,null,{"content":[5]}],"signature" : ""}""")]
    public void Anything_is_taken(string body)
    {
        var native = MessagesTalk.Dialect.ToNative(Encoding.UTF8.GetBytes(body));
        if (native is { } bytes) JsonNode.Parse(bytes.Body.Span).Should().NotBeNull();
    }
}
