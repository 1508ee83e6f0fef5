using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Core.Providers;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests;

/// <summary>Arguments of earlier calls are JSON inside of a text, which nobody has looked at before.</summary>
public sealed class CallArgumentTests
{
    public static TheoryData<string> Kinds => ["anthropic", "bedrock", "gemini", "cohere", "ollama"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Half_of_a_surrogate_pair_in_them_is_a_400_that_names_them(string kind)
    {
        foreach (var arguments in (string[])["""{"a":"x \ud800"}""", """{"a":[{"\uDC00":1}]}"""])
        {
            var error = new Translation(kind, InferenceEndpoint.ChatCompletions).Build(Talk(arguments)).Error!;

            (error.Param, error.Message).Should().Be(("messages[1].tool_calls[0].function.arguments", @"'messages[1].tool_calls[0].function.arguments' has half of a surrogate pair (\ud800 to \udfff), which is no character."));
        }

        new Translation(kind, InferenceEndpoint.ChatCompletions).Build(Talk("""{"a":"\ud83d\ude00","b":"\\ud800"}""")).Error.Should().BeNull();
    }

    [Fact]
    public void A_result_with_half_of_a_surrogate_pair_is_text_for_Gemini()
    {
        const string result = """{"a":"\ud800"}""";
        var sent = JsonNode.Parse(new Translation("gemini", InferenceEndpoint.ChatCompletions).Ask(Talk("{}", result)).Body.Span)!;

        ((string?)sent["contents"]![2]!["parts"]![0]!["functionResponse"]!["response"]!["output"]).Should().Be(result);
    }

    private static string Talk(string arguments, string result = "r") => $$$"""
        {"model":"m","max_tokens":5,"messages":[{"role":"user","content":"q"},{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":{{{JsonSerializer.Serialize(arguments)}}}}}]},
         {"role":"tool","tool_call_id":"c","content":{{{JsonSerializer.Serialize(result)}}}}]}
        """;
}
