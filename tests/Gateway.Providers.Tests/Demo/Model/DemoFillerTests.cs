using System.Text.Json;
using Gateway.Providers.Demo.Model;
using Gateway.TestSupport;

namespace Gateway.Providers.Tests.Demo.Model;

/// <summary>What the demo fills in is valid for the schema it was given, whatever the dice say.</summary>
public sealed class DemoFillerTests
{
    public static TheoryData<string> Schemas => new()
    {
        """{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer"}},"required":["city","days"],"additionalProperties":false}""",
        """{"type":"object","properties":{"only":{"type":"boolean"},"optional":{"type":"number"}}}""",
        """{"type":"string","enum":["a","b","c"]}""",
        """{"enum":[null,1,"x",{"y":2}]}""",
        """{"const":{"a":[1,2]}}""",
        """{"type":"integer","minimum":3,"maximum":3}""",
        """{"type":"integer","minimum":-9,"exclusiveMaximum":-3,"multipleOf":4}""",
        """{"type":"integer","exclusiveMinimum":7}""",
        """{"type":"integer","maximum":-100}""",
        """{"type":"integer","minimum":0.5,"maximum":1.5}""",
        """{"type":"integer","multipleOf":1.5,"minimum":4}""",
        """{"type":"number","minimum":0,"maximum":1}""",
        """{"type":"number","exclusiveMinimum":0,"exclusiveMaximum":0.001}""",
        """{"type":"number","multipleOf":0.05,"minimum":1}""",
        """{"type":"number","minimum":1e18}""",
        """{"type":"string","minLength":50}""",
        """{"type":"string","maxLength":3}""",
        """{"type":"string","minLength":0,"maxLength":0}""",
        """{"type":"string","pattern":"^ORD-[0-9]{4}$"}""",
        """{"type":"string","pattern":"^[A-Z]{2,3}\\d+$","minLength":10,"maxLength":12}""",
        """{"type":"array","items":{"type":"string"}}""",
        """{"type":"array","items":{"type":"integer","minimum":1,"maximum":5},"minItems":3,"maxItems":5,"uniqueItems":true}""",
        """{"type":"array","items":{"enum":["r","g","b"]},"minItems":3,"uniqueItems":true}""",
        """{"type":"array","items":{"type":"string","maxLength":2},"minItems":4,"uniqueItems":true}""",
        """{"type":"array","items":{"type":"boolean"},"minItems":2,"maxItems":2,"uniqueItems":true}""",
        """{"type":"array","prefixItems":[{"type":"string"},{"type":"integer"}],"items":{"type":"boolean"},"minItems":4}""",
        """{"type":"array","maxItems":0}""",
        """{"type":["string","null"]}""",
        """{"type":["null","integer"],"minimum":2}""",
        """{"type":"null"}""",
        """{"anyOf":[{"type":"null"},{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}]}""",
        """{"oneOf":[{"type":"object","properties":{"kind":{"const":"a"},"x":{"type":"integer"}},"required":["kind","x"]},{"type":"object","properties":{"kind":{"const":"b"}},"required":["kind"]}]}""",
        """{"allOf":[{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]},{"properties":{"b":{"type":"integer"}},"required":["b"]}]}""",
        """{"type":"integer","allOf":[{"minimum":5},{"maximum":6}]}""",
        """{"type":"object","properties":{"a":{"$ref":"#/$defs/x"}},"required":["a"],"$defs":{"x":{"type":"string","enum":["only"]}}}""",
        """{"type":"object","properties":{"a":{"$ref":"#/definitions/x~1y"}},"required":["a"],"definitions":{"x/y":{"type":"integer","minimum":4}}}""",
        """{"$ref":"#/$defs/node","$defs":{"node":{"type":"object","properties":{"value":{"type":"integer"},"next":{"anyOf":[{"$ref":"#/$defs/node"},{"type":"null"}]}},"required":["value","next"],"additionalProperties":false}}}""",
        """{"type":"object","properties":{"name":{"type":"string"},"children":{"type":"array","items":{"$ref":"#"}}},"required":["name","children"]}""",
        """{"type":"object","additionalProperties":{"type":"integer"},"minProperties":2}""",
        """{"type":"object","required":["free"],"additionalProperties":{"type":"boolean"}}""",
        """{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"},"c":{"type":"string"}},"required":["b"],"minProperties":2,"maxProperties":2}""",
        """{"properties":{"a":true},"required":["a"]}""",
        """{"items":{"type":"integer"}}""",
        """{"minimum":3}""",
        "{}",
    };

    [Theory]
    [MemberData(nameof(Schemas))]
    public void A_filled_value_is_valid(string schema)
    {
        var root = JsonDocument.Parse(schema).RootElement;
        var validator = new JsonSchemaDocument(root).At("#");
        foreach (var message in (string?[])[null, "the weather in Paris for 3 days", "b 4.25 \"quoted text\" for Ana and -7"])
        {
            for (var seed = 0; seed < 50; seed++)
            {
                var value = DemoFiller.Fill(root, new DemoHints(message), new DemoDice(seed, 0, schema));
                value.Should().NotBeNull();
                var errors = new List<string>();
                validator.Check(JsonDocument.Parse(value!).RootElement, "", errors);
                errors.Should().BeEmpty($"{value} must fit");
            }
        }
    }

    [Theory]
    [InlineData("date-time", @"^2026-\d\d-\d\dT\d\d:\d\d:00Z$")]
    [InlineData("date", @"^2026-\d\d-\d\d$")]
    [InlineData("time", @"^\d\d:\d\d:00Z$")]
    [InlineData("email", "^ana@example.com$")]
    [InlineData("uuid", "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")]
    [InlineData("ipv4", @"^192\.0\.2\.1$")]
    [InlineData("uri", "^https://example.com/$")]
    [InlineData("hostname", "^example.com$")]
    public void A_format_is_kept(string format, string expected)
    {
        var schema = JsonDocument.Parse($$"""{"type":"string","format":"{{format}}"}""").RootElement;
        for (var seed = 0; seed < 30; seed++)
            JsonDocument.Parse(DemoFiller.Fill(schema, new DemoHints(null), new DemoDice(seed, 0, ""))!).RootElement.GetString().Should().MatchRegex(expected);
    }

    [Fact]
    public void Random_schemas_are_filled_with_valid_values()
    {
        var filled = 0;
        for (var seed = 0; seed < 600; seed++)
        {
            var schema = RandomSchema.Make(new Random(seed), 0);
            var root = JsonDocument.Parse(schema).RootElement;
            if (DemoFiller.Fill(root, new DemoHints("Ana has 3 apples"), new DemoDice(seed, 0, schema)) is not { } value) continue;
            filled++;
            var errors = new List<string>();
            new JsonSchemaDocument(root).At("#").Check(JsonDocument.Parse(value).RootElement, "", errors);
            errors.Should().BeEmpty($"seed {seed}: {value} must fit {schema}");
        }

        filled.Should().BeGreaterThan(590, "nearly every schema made here has a value");
    }

    [Fact]
    public void Names_numbers_and_choices_come_from_the_message()
    {
        var schema = JsonDocument.Parse("""
            {"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer"},"unit":{"enum":["kelvin","celsius"]}},"required":["city","days","unit"]}
            """).RootElement;
        DemoFiller.Fill(schema, new DemoHints("How warm is it in San José for 5 days, in celsius?"), new DemoDice(0, 0, ""))
            .Should().Be("""{"city":"San José","days":5,"unit":"celsius"}""");
    }
}
