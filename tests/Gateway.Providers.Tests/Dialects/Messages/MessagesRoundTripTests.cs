using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Dialects;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Dialects.Messages;

public sealed class MessagesRoundTripTests : DialectRoundTripTests
{
    [Fact]
    public void Long_names_of_tools_are_short_for_the_provider_and_the_clients_own_for_the_client()
    {
        var (one, other) = ("mcp__" + new string('a', 70) + "__one", "mcp__" + new string('a', 70) + "__other");
        var body = $$$"""
            {"max_tokens":9,"tools":[{"name":"{{{one}}}","input_schema":{}},{"name":"{{{other}}}","input_schema":{}},{"name":"f","input_schema":{}}],"tool_choice":{"type":"tool","name":"{{{other}}}"},
             "messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"tool_use","id":"i","name":"{{{one}}}","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"i"}]}]}
            """;

        var form = MessagesTalk.ToChat(body, ChatReach.Compatible).Value;
        var chat = JsonNode.Parse(form.Body.Span)!;
        var names = chat["tools"]!.AsArray().Select(static t => (string)t!["function"]!["name"]!).ToList();
        var context = Translation.Context with { Memory = form.Memory };
        string[] answered = [Answer(names[0]), Answer(names[1]), Answer("f"), Answer("g")];

        names.Should().OnlyHaveUniqueItems().And.OnlyContain(static n => n.Length <= 64).And.EndWith("f");
        ((string?)chat["messages"]![1]!["tool_calls"]![0]!["function"]!["name"], (string?)chat["tool_choice"]!["function"]!["name"]).Should().Be((names[0], names[1]));
        answered.Should().Equal(one, other, "f", "g");

        string Answer(string name)
        {
            var function = new JsonObject { ["name"] = name, ["arguments"] = "{}" };
            var call = $$"""{"index":0,"id":"i","type":"function","function":{{function.ToJsonString()}} }""";
            var (whole, stream) = (new System.Buffers.ArrayBufferWriter<byte>(), new System.Buffers.ArrayBufferWriter<byte>());
            MessagesTalk.Dialect.WriteReply(Encoding.UTF8.GetBytes($$"""{"choices":[{"message":{"tool_calls":[{{call}}]},"finish_reason":"tool_calls"}]}"""), context, whole).Should().BeNull();
            var writer = MessagesTalk.Dialect.OpenStream(context);
            writer.Read(Encoding.UTF8.GetBytes(MessagesTalk.Chunk($$"""{"tool_calls":[{{call}}]}""", "tool_calls")), stream);
            writer.Finish(stream);
            var said = (string)JsonNode.Parse(whole.WrittenSpan)!["content"]![0]!["name"]!;
            MessageSum.Of(Encoding.UTF8.GetString(stream.WrittenSpan))["content"]![0]!["name"]!.GetValue<string>().Should().Be(said);
            return said;
        }
    }

    private protected override JsonObject Whole(string chat) => JsonNode.Parse(MessagesTalk.Reply(chat))!.AsObject();

    private protected override JsonObject Streamed(IEnumerable<string> chunks) => MessageSum.Of(MessagesTalk.Stream(chunks));

    private protected override JsonObject Chat(string request, ChatReach reach, string model)
    {
        var form = MessagesTalk.Dialect.ToChat(Encoding.UTF8.GetBytes(request), Translation.Context with { TargetModel = model }, MessagesTalk.Target(reach));
        form.Error.Should().BeNull();
        return JsonNode.Parse(form.Value.Body.Span)!.AsObject();
    }

    private protected override void Compare(JsonObject whole, JsonObject streamed) => streamed.ToJsonString().Should().Be(whole.ToJsonString());

    private protected override string Next(JsonObject answer)
    {
        var results = answer["content"]!.AsArray().Where(static b => (string?)b!["type"] == "tool_use")
            .Select(static b => (JsonNode)new JsonObject { ["type"] = "tool_result", ["tool_use_id"] = b!["id"]!.DeepClone(), ["content"] = "done" });
        return new JsonObject
        {
            ["model"] = "fast",
            ["max_tokens"] = 4000,
            ["messages"] = new JsonArray(
                new JsonObject { ["role"] = "user", ["content"] = "go" },
                new JsonObject { ["role"] = "assistant", ["content"] = answer["content"]!.DeepClone() },
                new JsonObject { ["role"] = "user", ["content"] = new JsonArray([.. results.DefaultIfEmpty(new JsonObject { ["type"] = "text", ["text"] = "on" })]) }),
        }.ToJsonString();
    }
}
