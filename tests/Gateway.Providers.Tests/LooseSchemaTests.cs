using System.Text;
using Gateway.Core.Providers;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests;

/// <summary>A schema beside <c>json_object</c>, where servers of OpenAI's format and Cohere have it.</summary>
public sealed class LooseSchemaTests
{
    private const string Schema = """{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}""";

    [Theory]
    [InlineData("anthropic")]
    [InlineData("bedrock")]
    [InlineData("cohere")]
    [InlineData("gemini")]
    [InlineData("ollama")]
    public void Goes_as_the_one_of_a_json_schema_does(string kind)
    {
        var loose = Sent(kind, $$"""{"type":"json_object","schema":{{Schema}}}""");

        loose.Should().Contain("required");
        loose.Should().Be(Sent(kind, $$"""{"type":"json_schema","json_schema":{"schema":{{Schema}} } }"""));
        Sent(kind, $$"""{"type":"json_object","json_schema":{{Schema}} }""").Should().Be(loose, "so Cohere has it");
        Sent(kind, $$"""{"type":"json_object","json_schema":{"name":"n","schema":{{Schema}} } }""").Should().Be(Sent(kind, $$"""{"type":"json_schema","json_schema":{"name":"n","schema":{{Schema}} } }"""));
    }

    [Theory]
    [InlineData("anthropic")]
    [InlineData("bedrock")]
    [InlineData("cohere")]
    [InlineData("gemini")]
    [InlineData("ollama")]
    public void Is_named_where_it_is_none(string kind)
    {
        var translation = new Translation(kind, InferenceEndpoint.ChatCompletions);

        translation.Build(Ask("""{"type":"json_object","schema":"a"}""")).Error!.Param.Should().Be("response_format.schema");
    }

    private static string Sent(string kind, string format) => Encoding.UTF8.GetString(new Translation(kind, InferenceEndpoint.ChatCompletions).Ask(Ask(format)).Body.Span);

    private static string Ask(string format) => $$"""{"model":"m","max_tokens":5,"messages":[{"role":"user","content":"q"}],"response_format":{{format}}}""";
}
