using System.Text.Json;
using Gateway.Prompts.Schemas;

namespace Gateway.Tests.Prompts;

/// <summary>JSON Schema as it is kept here: its words, their errors, and that no value takes for ever.</summary>
public sealed class SchemaCheckTests
{
    [Theory]
    [InlineData("true", "1", null)]
    [InlineData("false", "1", " is not allowed")]
    [InlineData("""{"type":"string"}""", "\"x\"", null)]
    [InlineData("""{"type":"string"}""", "1", " must be a string")]
    [InlineData("""{"type":["integer","null"]}""", "null", null)]
    [InlineData("""{"type":["integer","null"]}""", "1.0", null)]
    [InlineData("""{"type":["integer","null"]}""", "1.5", " must be null or a whole number")]
    [InlineData("""{"type":"boolean"}""", "0", " must be true or false")]
    [InlineData("""{"enum":["a",1,{"b":[]}]}""", """{ "b" : [] }""", null)]
    [InlineData("""{"enum":["a",1]}""", "\"b\"", " must be one of \"a\", 1")]
    [InlineData("""{"const":1}""", "1.0", null)]
    [InlineData("""{"const":1}""", "2", " must be 1")]
    [InlineData("""{"minLength":2,"maxLength":3}""", "\"é😀\"", null)]
    [InlineData("""{"minLength":2}""", "\"😀\"", " is too short: 2 characters are the least")]
    [InlineData("""{"maxLength":3}""", "\"abcd\"", " is too long: 3 characters are the most")]
    [InlineData("""{"pattern":"^[a-z]+$"}""", "\"abc\"", null)]
    [InlineData("""{"pattern":"^[a-z]+$"}""", "\"Abc\"", " must match ^[a-z]+$")]
    [InlineData("""{"minimum":1,"maximum":2}""", "1", null)]
    [InlineData("""{"minimum":1}""", "0.5", " must be 1 or more")]
    [InlineData("""{"maximum":2.5}""", "3", " must be 2.5 or less")]
    [InlineData("""{"exclusiveMinimum":1}""", "1", " must be more than 1")]
    [InlineData("""{"exclusiveMaximum":1}""", "1", " must be less than 1")]
    [InlineData("""{"multipleOf":0.1}""", "0.3", null)]
    [InlineData("""{"multipleOf":0.1}""", "0.35", " must be a multiple of 0.1")]
    [InlineData("""{"minimum":5,"minLength":9}""", "true", null)]   // words of other types say nothing
    [InlineData("""{"items":{"type":"number"},"minItems":1,"maxItems":3}""", "[1,2]", null)]
    [InlineData("""{"items":{"type":"number"}}""", "[1,[],2]", "[1] must be a number")]
    [InlineData("""{"minItems":1}""", "[]", " is too short: 1 items are the least")]
    [InlineData("""{"maxItems":1}""", "[1,2]", " is too long: 1 items are the most")]
    [InlineData("""{"required":["a"],"properties":{"a":{"type":"string"}}}""", """{"a":"x","b":1}""", null)]
    [InlineData("""{"required":["a"]}""", "{}", ".a is missing")]
    [InlineData("""{"properties":{"a":{"properties":{"b":{"type":"array","items":{"type":"string"}}}}}}""", """{"a":{"b":["x",2]}}""", ".a.b[1] must be a string")]
    [InlineData("""{"properties":{"a":{}},"additionalProperties":false}""", """{"a":1,"b":2}""", ".b is not allowed")]
    [InlineData("""{"additionalProperties":{"type":"number"}}""", """{"b":"2"}""", ".b must be a number")]
    [InlineData("""{"minProperties":1}""", "{}", " is too short: 1 members are the least")]
    [InlineData("""{"maxProperties":1}""", """{"a":1,"b":2}""", " is too long: 1 members are the most")]
    [InlineData("""{"allOf":[{"minimum":1},{"maximum":2}]}""", "3", " must be 2 or less")]
    [InlineData("""{"anyOf":[{"type":"string"},{"minimum":5}]}""", "6", null)]
    [InlineData("""{"anyOf":[{"type":"string"},{"minimum":5}]}""", "4", " is nothing of what the schema allows")]
    [InlineData("""{"oneOf":[{"minimum":1},{"minimum":5}]}""", "3", null)]
    [InlineData("""{"oneOf":[{"minimum":1},{"minimum":5}]}""", "7", " is several of what the schema allows one of")]
    [InlineData("""{"oneOf":[{"minimum":1},{"minimum":5}]}""", "0", " is nothing of what the schema allows")]
    [InlineData("""{"not":{"type":"string"}}""", "1", null)]
    [InlineData("""{"not":{"type":"string"}}""", "\"x\"", " is what the schema says that it must not be")]
    [InlineData("""{"$ref":"#/$defs/a~1b","$defs":{"a/b":{"type":"string"}}}""", "1", " must be a string")]
    [InlineData("""{"properties":{"next":{"$ref":"#"}},"required":["v"]}""", """{"v":1,"next":{"v":2,"next":{}}}""", ".next.next.v is missing")]
    [InlineData("""{"type":"string","title":"t","description":"d","examples":[1],"format":"email","$comment":"c"}""", "\"x\"", null)]
    public void A_value_is_right_or_its_place_is_told(string schema, string value, string? problem)
    {
        using var document = JsonDocument.Parse(value);

        var found = SchemaCheck.Run(Read(schema), document.RootElement);

        (found is null ? null : $"{found.Path} {found.What}").Should().Be(problem);
    }

    [Theory]
    [InlineData("1", "#: must be a schema")]
    [InlineData("""{"typ":"string"}""", "#/typ: is no word that is kept here")]
    [InlineData("""{"properties":{"a":{"if":{}}}}""", "#/properties/a/if: is no word that is kept here")]
    [InlineData("""{"type":"text"}""", "#/type: must be null, boolean,")]
    [InlineData("""{"type":"Any"}""", "#/type: must be null, boolean,")]
    [InlineData("""{"type":"1"}""", "#/type: must be null, boolean,")]
    [InlineData("""{"pattern":"(?=a)"}""", "#/pattern: is no regular expression that can be kept in bounded time")]
    [InlineData("""{"pattern":"["}""", "#/pattern: is no regular expression")]
    [InlineData("""{"minLength":-1}""", "#/minLength: must be a whole number from 0")]
    [InlineData("""{"multipleOf":0}""", "#/multipleOf: must be a number above 0")]
    [InlineData("""{"required":"a"}""", "#/required: must be a list")]
    [InlineData("""{"properties":[]}""", "#/properties: must be an object of schemas")]
    [InlineData("""{"anyOf":[{},{"minimum":"1"}]}""", "#/anyOf/1/minimum: must be a number")]
    [InlineData("""{"$ref":"https://example.com/schema"}""", "#/$ref: must name a schema inside this one")]
    [InlineData("""{"$ref":"#/$defs/none"}""", "#/$ref: must name a schema inside this one")]
    public void What_is_no_schema_is_told(string schema, string problem)
    {
        using var document = JsonDocument.Parse(schema);

        SchemaReader.Read(document.RootElement, out var told).Should().BeNull();
        told.Should().StartWith(problem);
    }

    [Theory]
    [InlineData("""{"$ref":"#"}""", "1")]
    [InlineData("""{"anyOf":[{"$ref":"#"},{"$ref":"#"}]}""", "1")]
    [InlineData("""{"items":{"not":{"allOf":[{"$ref":"#"},{"$ref":"#"}]}},"maxItems":0}""", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]")]
    [InlineData("""{"items":{"anyOf":[{"$ref":"#"},{"$ref":"#"}]},"minItems":1}""", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]")]
    public void A_schema_that_leads_back_to_itself_ends(string schema, string value)
    {
        using var document = JsonDocument.Parse(value);
        var watch = System.Diagnostics.Stopwatch.StartNew();

        SchemaCheck.Run(Read(schema), document.RootElement).Should().NotBeNull();

        watch.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(20));   // 2^42 steps would be weeks
    }

    private static SchemaNode Read(string schema)
    {
        using var document = JsonDocument.Parse(schema);
        var node = SchemaReader.Read(document.RootElement, out var problem);
        problem.Should().BeNull();
        return node!;
    }
}
