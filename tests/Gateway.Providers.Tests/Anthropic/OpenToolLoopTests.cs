using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Anthropic;

/// <summary>Claude refuses to think where the last turn that calls tools does not begin with a thought that it signed: a conversation that another model began cannot be gone on with so.</summary>
public sealed class OpenToolLoopTests
{
    private const string Calling = """{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"{}"}}]}""";

    private const string Signed = """{"role":"assistant","content":null,"thinking_blocks":[{"type":"thinking","thinking":"t","signature":"c2ln"}],"tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"{}"}}]}""";

    private const string Result = """{"role":"tool","tool_call_id":"call_1","content":"r"}""";

    /// <summary>Named where a thought has no signature.</summary>
    private const string Unsigned = "messages[].thinking_blocks";

    public static TheoryData<string, string, bool> Turns => new()
    {
        { "calls without a thought", $"{Calling},{Result}", true },
        { "and the user goes on", $$"""{{Calling}},{{Result}},{"role":"user","content":"and now?"}""", true },
        { "an empty list of thoughts", $"{Calling.Replace("\"content\":null", "\"content\":null,\"thinking_blocks\":[]", StringComparison.Ordinal)},{Result}", true },
        { "a thought that nobody signed", $"{Signed.Replace("c2ln", "", StringComparison.Ordinal)},{Result}", true },
        { "words before the thought", $$"""{"role":"assistant","content":"first"},{{Signed}},{{Result}}""", true },
        { "a rule in between", $$"""{{Calling}},{"role":"system","content":"s"},{{Result}}""", true },
        { "a signed thought", $"{Signed},{Result}", false },
        { "an encrypted one", $"{Signed.Replace("""{"type":"thinking","thinking":"t","signature":"c2ln"}""", """{"type":"redacted_thinking","data":"ZW5j"}""", StringComparison.Ordinal)},{Result}", false },
        { "a later turn is signed", $"{Calling},{Result},{Signed},{Result}", false },
        { "a later turn calls nothing", $$"""{{Calling}},{{Result}},{"role":"assistant","content":"done"},{"role":"user","content":"q"}""", false },
        { "no tools at all", """{"role":"assistant","content":"done"},{"role":"user","content":"q"}""", false },
    };

    [Theory]
    [MemberData(nameof(Turns))]
    public void An_effort_is_left_out_there_and_named(string why, string turns, bool lost)
    {
        foreach (var (kind, model) in Homes)
        {
            var asked = Built(kind, model, turns, "\"reasoning_effort\":\"high\"").Value;

            asked.Dropped.Except([Unsigned]).Should().Equal(lost ? ["reasoning_effort"] : [], $"{kind}: {why}");
            (Thinking(asked)?["type"] is null).Should().Be(lost, $"{kind}: {why}");
        }
    }

    [Theory]
    [MemberData(nameof(Turns))]
    public void A_switch_of_its_own_is_left_out_there_and_named(string why, string turns, bool lost)
    {
        foreach (var (kind, model) in Homes)
        {
            var field = "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024}";
            var asked = Built(kind, model, turns, field).Value;

            asked.Dropped.Except([Unsigned]).Should().Equal(lost ? ["thinking"] : [], $"{kind}: {why}");
            (Thinking(asked) is null).Should().Be(lost, $"{kind}: {why}");
        }
    }

    [Fact]
    public void What_does_not_have_to_think_may_go_on()
    {
        foreach (var (kind, model) in Homes)
        {
            foreach (var type in new[] { "adaptive", "disabled" })
            {
                var asked = Built(kind, model, $"{Calling},{Result}", $$"""
                    "thinking":{"type":"{{type}}"}
                    """).Value;

                asked.Dropped.Should().BeEmpty();
                ((string?)Thinking(asked)!["type"]).Should().Be(type);
            }
        }
    }

    [Fact]
    public void Bedrocks_own_place_for_it_is_looked_at_too()
    {
        const string fields = "\"additionalModelRequestFields\":{\"top_k\":5,\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024}}";

        var asked = Built("bedrock", "anthropic.claude-x", $"{Calling},{Result}", fields).Value;

        asked.Dropped.Should().Equal("additionalModelRequestFields.thinking");
        JsonNode.Parse(asked.Body.Span)!["additionalModelRequestFields"]!.ToJsonString().Should().Be("""{"top_k":5}""");
        Built("bedrock", "other.model", $"{Calling},{Result}", fields).Value.Dropped.Should().BeEmpty("only Claude's are so");
    }

    private static IEnumerable<(string Kind, string Model)> Homes => [("anthropic", "claude-x"), ("vertex", "claude-x"), ("bedrock", "anthropic.claude-x")];

    private static Outcome<UpstreamRequest> Built(string kind, string model, string turns, string field)
    {
        var body = $$"""{"model":"fast","max_tokens":5000,{{field}},"messages":[{"role":"user","content":"q"},{{turns}}]}""";
        return new Translation(kind, InferenceEndpoint.ChatCompletions).Translator.BuildRequest(Encoding.UTF8.GetBytes(body), Translation.Context with { TargetModel = model });
    }

    private static JsonNode? Thinking(UpstreamRequest asked)
    {
        var body = JsonNode.Parse(asked.Body.Span)!;
        return body["thinking"] ?? body["additionalModelRequestFields"]?["thinking"];
    }
}
