using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Dialects;

namespace Gateway.Providers.Tests.Dialects.Responses;

public sealed class ResponsesRoundTripTests : DialectRoundTripTests
{
    private const string Request = """{"model":"fast","input":"go"}""";

    /// <summary>Clients that believe in a store send the id of a reasoning item alone.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_Gemini_signed_of_a_call_comes_back_to_it_in_a_reference(bool isStream)
    {
        const string parts = """[{"functionCall":{"name":"f","args":{"a":1.5}},"thoughtSignature":"Y2FsbA=="},{"functionCall":{"id":"own-1","name":"g","args":{}}}]""";
        var response = OfGemini(parts, isStream);

        var turn = Asked(Gemini, response, ByReference)["contents"]![1]!;

        response["output"]!.AsArray().Count(static i => (string?)i!["type"] == "reasoning").Should().BePositive();
        turn["parts"]!.ToJsonString().Should().Be(JsonNode.Parse(parts)!.ToJsonString());
    }

    [Fact]
    public void A_call_of_a_custom_tool_comes_back_as_it_was()
    {
        const string text = "*** Begin Patch\n+a \"b\" \\ é🙂\n";
        var request = $$"""{"input":"go","tools":[{"type":"custom","name":"apply_patch"}]}""";
        var arguments = new JsonObject { ["input"] = text }.ToJsonString();
        var memory = ResponsesForms.ToChat(request, ResponsesForms.Translated).Value.Memory;
        var chunk = new JsonObject { ["choices"] = new JsonArray(new JsonObject { ["delta"] = new JsonObject { ["tool_calls"] = new JsonArray(new JsonObject { ["index"] = 0, ["id"] = "c", ["function"] = new JsonObject { ["name"] = "apply_patch", ["arguments"] = arguments } }) } }) };

        var response = ResponsesForms.Last(ResponsesForms.Stream([chunk.ToJsonString()], memory));

        ((string?)response["output"]![0]!["input"]).Should().Be(text);
        var call = ResponsesForms.Chat(ResponsesForms.Next(request, response), ResponsesForms.OpenAI)["messages"]![1]!["tool_calls"]![0]!;
        JsonNode.DeepEquals(JsonNode.Parse((string)call["function"]!["arguments"]!), JsonNode.Parse(arguments)).Should().BeTrue(call.ToJsonString());
    }

    [Theory]
    [InlineData("gAAAAABqhb-sjhf0")]
    [InlineData("gateway.")]
    [InlineData("gateway.!!")]
    [InlineData("gateway.eyJ2IjoyLCJ0aGlua2luZ19ibG9ja3MiOlt7fV19")]   // a version 2
    [InlineData("gateway.eyJ2IjoxLCJ0aGlua2luZ19ibG9ja3MiOnt9LCJwcm92aWRlcl9ibG9ja3MiOjUsImV4dHJhX2NvbnRlbnQiOiJ4In0")]   // other types than ours
    public void Encrypted_thoughts_of_others_are_left_out(string encrypted)
    {
        var body = $$"""{"input":[{"role":"user","content":"go"},{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"{{encrypted}}"},{"role":"assistant","content":"a"},{"role":"user","content":"b"}]}""";

        var message = ResponsesForms.Chat(body, ResponsesForms.Translated)["messages"]![1]!;

        message.ToJsonString().Should().Be("""{"role":"assistant","content":"a"}""");
    }

    private protected override JsonObject Whole(string chat) => JsonNode.Parse(ResponsesForms.Reply(chat))!.AsObject();

    private protected override JsonObject Streamed(IEnumerable<string> chunks)
    {
        var events = ResponsesForms.Stream(chunks);
        ResponsesOracle.Check(events);
        return ResponsesForms.Last(events);
    }

    private protected override string Next(JsonObject answer) => ResponsesForms.Next(
        Request, answer, [.. answer["output"]!.AsArray().Where(static i => (string?)i!["type"] == "function_call").Select(static i => $$"""{"type":"function_call_output","call_id":{{i!["call_id"]!.ToJsonString()}},"output":"done"}""")]);

    private protected override JsonObject Chat(string request, ChatReach reach, string model)
    {
        var target = reach switch { ChatReach.OpenAI => ResponsesForms.OpenAI, ChatReach.Compatible => ResponsesForms.Compatible, _ => ResponsesForms.Translated with { TakesReasoning = true } };
        var form = ResponsesForms.Dialect.ToChat(Encoding.UTF8.GetBytes(request), ResponsesForms.Context with { TargetModel = model }, target);
        form.Error.Should().BeNull();
        return JsonNode.Parse(form.Value.Body.Span)!.AsObject();
    }

    private static string ByReference(string request)
    {
        var next = JsonNode.Parse(request)!;
        foreach (var thought in next["input"]!.AsArray().Where(static i => (string?)i!["type"] == "reasoning").ToList())
            thought!.ReplaceWith(new JsonObject { ["type"] = "item_reference", ["id"] = (string?)thought["id"] });
        return next.ToJsonString();
    }
}
