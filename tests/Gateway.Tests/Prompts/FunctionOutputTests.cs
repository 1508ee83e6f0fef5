using System.Text.Json;
using Gateway.Core.Providers;
using Gateway.Prompts;

namespace Gateway.Tests.Prompts;

/// <summary>What a function makes of a request beside its prompt: the form of the answer, and what the request is called.</summary>
public sealed class FunctionOutputTests
{
    private const string Schema = """{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}""";

    private const string Yaml = PromptRig.Models + $$"""
        prompts: [{ name: p, versions: [{ messages: [{ role: user, content: x }] }] }]
        functions:
          - { name: strict.one, model: smart, prompt: p, tags: [cost-1, shared], output_schema: {{Schema}} }
          - { name: loose, model: smart, prompt: p, output_schema: { type: object } }
        """;

    [Theory]
    [InlineData(InferenceEndpoint.ChatCompletions, "strict.one", "", $$$"""response_format":{"type":"json_schema","json_schema":{"name":"strict_one","strict":true,"schema":{{{Schema}}}}}""")]
    [InlineData(InferenceEndpoint.ChatCompletions, "loose", ""","response_format":null""", """response_format":{"type":"json_schema","json_schema":{"name":"loose","schema":{"type":"object"}}}""")]
    [InlineData(InferenceEndpoint.Responses, "strict.one", "", $$$"""text":{"format":{"type":"json_schema","name":"strict_one","strict":true,"schema":{{{Schema}}}}}""")]
    [InlineData(InferenceEndpoint.Responses, "loose", ""","text": { "verbosity":"low" } """, """text":{"format":{"type":"json_schema","name":"loose","schema":{"type":"object"}},"verbosity":"low"}""")]
    [InlineData(InferenceEndpoint.Messages, "strict.one", "", $$$"""output_config":{"format":{"type":"json_schema","schema":{{{Schema}}}}}""")]
    [InlineData(InferenceEndpoint.Messages, "loose", ""","output_config":{"effort":"low"},"output_format":null""", """output_config":{"format":{"type":"json_schema","schema":{"type":"object"}},"effort":"low"}""")]
    public void The_answer_is_asked_for_by_the_functions_schema(InferenceEndpoint endpoint, string function, string more, string member)
    {
        var (call, error) = PromptRig.Apply(Yaml, $$"""{"model":"fn/{{function}}"{{more}}}""", endpoint: endpoint);

        error.Should().BeNull();
        var body = JsonSerializer.Serialize(PromptRig.Body(call));
        body.Should().Contain(member);
        PromptRig.Body(call).AsObject().Count(static m => m.Key is "response_format" or "text" or "output_config").Should().Be(1);
        call.Needs.Capabilities.Should().HaveFlag(Gateway.Metering.Pricing.CatalogCapabilities.JsonSchema, "targets that cannot are not asked");
    }

    [Theory]
    [InlineData(InferenceEndpoint.ChatCompletions, ""","response_format":{"type":"text"}""", "response_format")]
    [InlineData(InferenceEndpoint.Responses, ""","text":{"verbosity":"low","format":{"type":"text"}}""", "text.format")]
    [InlineData(InferenceEndpoint.Responses, ""","text":"x" """, "text")]
    [InlineData(InferenceEndpoint.Messages, ""","output_config":{"format":null}""", "output_config.format")]
    [InlineData(InferenceEndpoint.Messages, ""","output_format":{"type":"json_schema","schema":{}}""", "output_format")]
    public void A_request_with_a_form_of_its_own_is_refused(InferenceEndpoint endpoint, string more, string param)
    {
        var error = PromptRig.Apply(Yaml, $$"""{"model":"fn/loose"{{more}}}""", endpoint: endpoint).Error!;

        (error.Status, error.Param).Should().Be((400, param));
        error.Message.Should().Contain(param == "text" ? "must be an object" : $"The function 'loose' has a format of its answers: send no '{param}' with it.");
    }

    [Theory]
    [InlineData(Schema, true)]
    [InlineData("""{"type":"object"}""", false)]
    [InlineData("""{"type":"string"}""", false)]
    [InlineData("""{"type":"object","properties":{},"required":[],"additionalProperties":false}""", true)]
    [InlineData("""{"type":"object","properties":{"a":{}},"required":[],"additionalProperties":false}""", false)]
    [InlineData("""{"type":"object","properties":{"a":{"type":["object","null"],"properties":{}}},"required":["a"],"additionalProperties":false}""", false)]
    [InlineData("""{"type":"object","properties":{"a":{"type":"array","items":{"type":"object"}}},"required":["a"],"additionalProperties":false}""", false)]
    [InlineData("""{"type":"object","properties":{"a":{"anyOf":[{"type":"string"},{"$ref":"#/$defs/b"}]}},"required":["a"],"additionalProperties":false,"$defs":{"b":{"type":"number"}}}""", true)]
    [InlineData("""{"type":"object","properties":{"a":{"oneOf":[{"type":"string"}]}},"required":["a"],"additionalProperties":false}""", false)]
    [InlineData("""{"anyOf":[{}],"type":"object","properties":{},"required":[],"additionalProperties":false}""", false)]
    public void Only_a_schema_that_names_all_is_strict(string schema, bool isStrict)
    {
        using var document = JsonDocument.Parse(schema);

        StrictSchema.Is(document.RootElement).Should().Be(isStrict);
    }

    [Theory]
    [InlineData(null, new[] { "cost-1", "shared" })]
    [InlineData("mine, shared", new[] { "cost-1", "shared", "mine" })]
    public void A_functions_tags_come_before_the_clients(string? header, string[] tags) =>
        PromptRig.Apply(Yaml, """{"model":"fn/strict.one"}""", headers: header is null ? [] : [("x-gateway-tags", header)]).Call.Options.Tags.Should().Equal(tags);

    [Fact]
    public void A_function_without_tags_leaves_the_clients_as_they_are() =>
        PromptRig.Apply(Yaml, """{"model":"fn/loose"}""", headers: ("x-gateway-tags", "mine")).Call.Options.Tags.Should().Equal("mine");
}
