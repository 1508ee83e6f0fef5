using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Prompts;
using Gateway.Tests.Config;

namespace Gateway.Tests.Prompts;

/// <summary>Variables that a JSON schema declares, and the schema of those that are declared one by one.</summary>
public sealed class PromptInputTests
{
    private const string Yaml = PromptRig.Models + """
        prompts:
          - name: order
            versions:
              - input_schema:
                  type: object
                  required: [who, lines]
                  properties:
                    who: { type: object, required: [name], properties: { name: { type: string, minLength: 1 }, age: { type: integer } }, additionalProperties: false }
                    lines: { type: array, minItems: 1, items: { $ref: "#/$defs/line" } }
                    size: { enum: [1, L], default: L }
                    note: { type: string, maxLength: 5 }
                  $defs: { line: { type: string, pattern: "^[A-Z]+-[0-9]+$" } }
                messages: [{ role: user, content: "{{who.name}} {{size}}{{#lines}} {{.}}{{/lines}}{{note}}{{#size}}{{x}}{{/size}}" }]
          - name: typed
            versions:
              - variables: [{ name: a, max_length: 3 }, { name: b, type: enum, values: [x, y], default: x }, { name: c, type: list, max_length: 2, required: false }, { name: d, type: number }, { name: e, type: boolean }, { name: f, type: object }]
                messages: [{ role: user, content: "{{a}}" }]
        functions: [{ name: order, model: smart, prompt: order }, { name: typed, model: smart, prompt: typed }]
        """;

    [Theory]
    [InlineData("""{"who":{"name":"Ana"},"lines":["AB-1"]}""", "Ana L AB-1")]
    [InlineData("""{"lines":["AB-1","C-22"],"who":{"name":"Ana","age":3},"size":1,"note":null}""", "Ana 1 AB-1 C-22")]
    public void What_fits_is_rendered(string variables, string text)
    {
        var (call, error) = PromptRig.Apply(Yaml, Body(variables));

        error.Should().BeNull();
        PromptRig.Messages(call)[0]!["content"]!.GetValue<string>().Should().Be(text);
    }

    [Theory]
    [InlineData("{}", ".who", "is missing")]
    [InlineData("null", ".who", "is missing")]
    [InlineData("""{"who":null,"lines":["AB-1"]}""", ".who", "is missing")]
    [InlineData("""{"who":"secret","lines":["AB-1"]}""", ".who", "must be an object")]
    [InlineData("""{"who":{},"lines":["AB-1"]}""", ".who.name", "is missing")]
    [InlineData("""{"who":{"name":""},"lines":["AB-1"]}""", ".who.name", "is too short")]
    [InlineData("""{"who":{"name":"Ana","age":1.5},"lines":["AB-1"]}""", ".who.age", "must be a whole number")]
    [InlineData("""{"who":{"name":"Ana","a\u0007ge":1},"lines":["AB-1"]}""", ".who.age", "is not allowed")]
    [InlineData("""{"who":{"name":"Ana"},"lines":[]}""", ".lines", "is too short")]
    [InlineData("""{"who":{"name":"Ana"},"lines":["AB-1","secret"]}""", ".lines[1]", "must match")]
    [InlineData("""{"who":{"name":"Ana"},"lines":["AB-1"],"size":"secret"}""", ".size", "must be one of 1, \"L\"")]
    [InlineData("""{"who":{"name":"Ana"},"lines":["AB-1"],"note":"secret"}""", ".note", "is too long: 5 characters")]
    [InlineData("""{"who":{"name":"Ana"},"lines":["AB-1"],"more":"secret"}""", ".more", "has no variable 'more'")]
    public void What_does_not_is_named_by_its_place_and_not_by_its_value(string variables, string path, string problem)
    {
        var error = PromptRig.Apply(Yaml, Body(variables)).Error!;

        (error.Status, error.Param).Should().Be((400, "prompt_variables" + path));
        error.Message.Should().Contain(problem).And.Contain("order@1").And.NotContain("secret");
    }

    [Theory]
    [InlineData("input_schema: [x]", "must be a schema of an object with properties")]
    [InlineData("input_schema: { type: object }", "must be a schema of an object with properties")]
    [InlineData("input_schema: { type: array, properties: {} }", "must be a schema of an object with properties")]
    [InlineData("input_schema: { properties: { a: { uniqueItems: true } } }", "#/properties/a/uniqueItems: is no word that is kept here")]
    [InlineData("input_schema: { properties: { 1a: {} } }", "the property '1a' is no name of a variable")]
    [InlineData("input_schema: { properties: { a: { type: number, default: x } } }", "the default of 'a' must be a number")]
    [InlineData("input_schema: { properties: { a: {} } }, variables: [{ name: b }]", "are the properties of input_schema; write one of the two")]
    public void A_schema_that_declares_nothing_is_an_error_of_the_configuration(string keys, string problem) =>
        TestConfig.Bind(PromptRig.Models + $"prompts: [{{ name: p, versions: [{{ {keys}, messages: [{{ role: user, content: x }}] }}] }}]").Errors.Should().ContainSingle().Which.Message.Should().Contain(problem);

    [Theory]
    [InlineData("fn/typed", """{"type":"object","properties":{"a":{"type":"string","maxLength":3},"b":{"type":"string","enum":["x","y"],"default":"x"},"c":{"type":"array","maxItems":2},"d":{"type":"number"},"e":{"type":"boolean"},"f":{"type":"object"}},"required":["a","d","e","f"],"additionalProperties":false}""")]
    [InlineData("fn/order", """{"type":"object","required":["who","lines"],"properties":{"who":""")]
    public void What_a_function_takes_can_be_told_as_a_schema(string model, string schema)
    {
        var call = PromptRig.Apply(Yaml, $$"""{"model":"{{model}}","prompt_variables":{{(model == "fn/typed" ? """{"a":"x","d":1,"e":true,"f":{}}""" : """{"who":{"name":"Ana"},"lines":["AB-1"]}""")}}}""").Call;
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output)) InputSchema.Write(json, call.Prompt!);

        Encoding.UTF8.GetString(output.WrittenSpan).Should().StartWith(schema);
    }

    private static string Body(string variables) => $$"""{"model":"fn/order","prompt_variables":{{variables}}}""";
}
