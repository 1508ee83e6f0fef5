using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Providers;
using Gateway.Providers.Dialects;
using Gateway.Providers.Tests.Dialects.Messages;
using Gateway.Providers.Tests.Support;
using Gateway.TestSupport;

namespace Gateway.Providers.Tests.Bedrock;

/// <summary>A model refuses thoughts that another family of models signed: they go back to the one that made them, and to no other.</summary>
public sealed class ForeignThoughtTests
{
    private const string Nova = "us.amazon.nova-2-lite-v1:0", Claude = "eu.anthropic.claude-sonnet-4-5-20250929-v1:0";

    private const string Lost = "messages[].thinking_blocks";

    private const string Result = """{"role":"tool","tool_call_id":"t1","content":"r"}""";

    private static readonly Translation Converse = new("bedrock", InferenceEndpoint.ChatCompletions);

    [Theory]
    [InlineData(false, """{"reasoningText":{"text":"hm","signature":"c2ln+/="}}""")]
    [InlineData(true, """{"reasoningText":{"text":"hm","signature":"c2ln+/="}}""")]
    [InlineData(false, """{"redactedContent":"ZW5j"}""")]
    [InlineData(true, """{"redactedContent":"ZW5j"}""")]
    public void Thoughts_go_back_to_the_family_that_made_them_and_to_no_other(bool isStream, string thought)
    {
        foreach (var (maker, own, other) in new[] { (Nova, "amazon.nova-2-pro-v1:0", Claude), (Claude, "arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-x", Nova) })
        {
            var turn = isStream ? Streamed(thought, maker) : Whole(thought, maker);

            var (back, lost) = Asked(Converse, own, turn);
            back["messages"]![1]!["content"]![0]!["reasoningContent"]!.ToJsonString().Should().Be(JsonNode.Parse(thought)!.ToJsonString());
            lost.Should().BeEmpty();

            (back, lost) = Asked(Converse, other, turn);
            back["messages"]![1]!["content"]!.AsArray().Select(static b => b!.AsObject().First().Key).Should().Equal("toolUse");
            lost.Should().Equal(Lost);
        }
    }

    [Theory]
    [InlineData("anthropic", null)]
    [InlineData("vertex", null)]
    [InlineData("bedrock", "invoke")]
    public void Claude_gets_none_of_Novas_wherever_it_is_and_does_not_think_on(string kind, string? api)
    {
        var turn = Whole("""{"reasoningText":{"text":"hm","signature":"c2ln"}}""", Nova);

        var (asked, lost) = Asked(new Translation(kind, InferenceEndpoint.ChatCompletions, api), "claude-x", turn, "\"reasoning_effort\":\"high\",");

        asked["messages"]![1]!["content"]!.AsArray().Select(static b => (string?)b!["type"]).Should().Equal("tool_use");
        asked["thinking"].Should().BeNull();
        lost.Should().BeEquivalentTo("reasoning_effort", Lost);
    }

    [Fact]
    public void A_turn_of_nothing_but_such_thoughts_is_left_out()
    {
        var thoughts = Whole("""{"reasoningText":{"text":"hm","signature":"c2ln"}}""", Nova)["thinking_blocks"]!.ToJsonString();
        var silent = JsonNode.Parse($$"""{"role":"assistant","content":"","thinking_blocks":{{thoughts}}}""")!.AsObject();

        foreach (var (provider, model) in new[] { (Converse, Claude), (new Translation("anthropic", InferenceEndpoint.ChatCompletions), "claude-x") })
        {
            var (asked, lost) = Asked(provider, model, silent, after: """{"role":"user","content":"and?"}""");

            asked["messages"]!.AsArray().Select(static m => (string?)m!["role"]).Should().Equal("user");
            lost.Should().Equal(Lost);
        }
    }

    /// <summary>Through Anthropic's dialect, whose clients send thoughts back as they came.</summary>
    [Theory]
    [InlineData("""{"reasoningText":{"text":"hm","signature":"c2ln+/="}}""")]
    [InlineData("""{"redactedContent":"ZW5j"}""")]
    public void The_Messages_API_keeps_them_apart_too(string thought)
    {
        var context = Translation.Context with { TargetModel = Nova };
        var reply = new ArrayBufferWriter<byte>();
        ClientDialects.Messages.WriteReply(Encoding.UTF8.GetBytes(Reply(thought, Nova)), context, reply).Should().BeNull();
        var content = JsonNode.Parse(reply.WrittenSpan)!["content"]!;
        var next = $$"""
            {"max_tokens":20000,"thinking":{"type":"enabled","budget_tokens":10000},"messages":[{"role":"user","content":"q"},{"role":"assistant","content":{{content.ToJsonString()}}},
             {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"r"}]}]}
            """;

        var chat = ClientDialects.Messages.ToChat(Encoding.UTF8.GetBytes(next), context, ProviderCatalog.ByKind["bedrock"].Manifest.ChatTarget).Value.Body;
        var again = Converse.Translator.BuildRequest(chat.Span, context).Value;
        var native = MessagesTalk.Dialect.ToNative(Encoding.UTF8.GetBytes(next))!.Value;

        JsonNode.Parse(again.Body.Span)!["messages"]![1]!["content"]![0]!["reasoningContent"]!.ToJsonString().Should().Be(JsonNode.Parse(thought)!.ToJsonString());
        JsonNode.Parse(native.Body.Span)!["messages"]![1]!["content"]!.AsArray().Select(static b => (string?)b!["type"]).Should().Equal("tool_use");
        native.Dropped.Should().Equal("thinking");
    }

    private static string Reply(string thought, string model)
    {
        var answer = $$$"""{"output":{"message":{"role":"assistant","content":[{"reasoningContent":{{{thought}}} },{"toolUse":{"toolUseId":"t1","name":"f","input":{} } } ] } },"stopReason":"tool_use"}""";
        var reply = new ArrayBufferWriter<byte>();
        Converse.Translator.ReadReply(Encoding.UTF8.GetBytes(answer), Translation.Context with { TargetModel = model }, reply).Error.Should().BeNull();
        return Encoding.UTF8.GetString(reply.WrittenSpan);
    }

    private static JsonObject Whole(string thought, string model) => JsonNode.Parse(Reply(thought, model))!["choices"]![0]!["message"]!.AsObject();

    private static JsonObject Streamed(string thought, string model)
    {
        var inner = JsonNode.Parse(thought)!;
        var delta = inner["reasoningText"]?.ToJsonString() ?? thought;
        var upstream = EventStreamFrames.Of($$$"""
            contentBlockDelta {"contentBlockIndex":0,"delta":{"reasoningContent":{{{delta}}} } }
            contentBlockStop {"contentBlockIndex":0}
            """);
        var stream = Converse.Translator.OpenStream(Translation.Context with { TargetModel = model });
        var output = new ArrayBufferWriter<byte>();
        stream.Read(upstream, output);
        var blocks = Translation.Events(Encoding.UTF8.GetString(output.WrittenSpan)).Select(static e => JsonNode.Parse(e)!["choices"]![0]!["delta"]!["thinking_blocks"]).Single(static b => b is not null);
        return JsonNode.Parse($$$"""{"role":"assistant","content":null,"thinking_blocks":{{{blocks!.ToJsonString()}}},"tool_calls":[{"id":"t1","type":"function","function":{"name":"f","arguments":"{}"}}]}""")!.AsObject();
    }

    private static (JsonNode Body, IReadOnlyList<string> Dropped) Asked(Translation provider, string model, JsonObject turn, string field = "", string after = Result)
    {
        var body = $$"""{"model":"fast","max_tokens":5000,{{field}}"messages":[{"role":"user","content":"q"},{{turn.ToJsonString()}},{{after}}]}""";
        var built = provider.Translator.BuildRequest(Encoding.UTF8.GetBytes(body), Translation.Context with { TargetModel = model });
        built.Error.Should().BeNull();
        return (JsonNode.Parse(built.Value.Body.Span)!, built.Value.Dropped);
    }
}
