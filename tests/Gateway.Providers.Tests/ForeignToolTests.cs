using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Providers;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests;

/// <summary>Tools and blocks of another provider's: a 400 that names them, or with <c>drop_params</c> left out and named.</summary>
public sealed class ForeignToolTests
{
    private const string Function = """{"type":"function","function":{"name":"f"}}""", Search = """{"type":"web_search_20250305","name":"web_search"}""";

    [Theory]
    [InlineData("gemini")]
    [InlineData("vertex")]
    [InlineData("cohere")]
    [InlineData("ollama")]
    [InlineData("bedrock")]
    public void Tools_and_blocks_of_another_providers_are_dropped_and_named(string kind)
    {
        var some = Ask(kind, $$"""{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"server_tool_use","id":"s"},{"type":"text","text":"b"}]},{"role":"user","content":"c"}],"tools":[{{Search}},{{Function}}]}""");
        var none = Ask(kind, $$"""{"messages":[{"role":"user","content":"a"}],"tools":[{{Search}}],"tool_choice":"required"}""");

        some.Dropped.Should().BeEquivalentTo("tools[0]", "messages[1].content[0]");
        some.Body.Should().Contain("\"f\"").And.NotContain("server_tool_use").And.NotContain("web_search");
        none.Dropped.Should().Equal("tools[0]", "tool_choice");
        none.Body.Should().NotContain("tool");
    }

    private static (IReadOnlyList<string> Dropped, string Body) Ask(string kind, string request)
    {
        var built = new Translation(kind, InferenceEndpoint.ChatCompletions).Translator.BuildRequest(Encoding.UTF8.GetBytes(request), Translation.Context with { DropParams = true });
        built.Error.Should().BeNull();
        return (built.Value.Dropped, JsonNode.Parse(built.Value.Body.Span)!.ToJsonString());
    }
}
