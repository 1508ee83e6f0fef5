namespace Gateway.Providers.Tests.Demo.Model;

/// <summary>Schemas of all kinds, nested, from a seed.</summary>
internal static class RandomSchema
{
    private const int MaxDepth = 4;

    private static readonly string[] Patterns = ["^[a-f]{3}$", "^x+y?z*$", "^(foo|bar)-\\\\d{2,4}$", "[A-Z][a-z]+", "^\\\\w{1,8}$"];

    public static string Make(Random random, int depth) => random.Next(depth < MaxDepth ? 9 : 5) switch
    {
        0 => Integer(random),
        1 => Number(random),
        2 => Text(random),
        3 => random.Next(2) == 0 ? """{"type":"boolean"}""" : """{"type":["string","null"]}""",
        4 => """{"enum":["red","green",7,null]}""",
        5 => List(random, depth),
        6 => $$"""{"anyOf":[{{Make(random, depth + 1)}},{{Make(random, depth + 1)}}]}""",
        _ => Object(random, depth),
    };

    private static string Integer(Random random)
    {
        var least = random.Next(-1000, 1000);
        return $$"""{"type":"integer","minimum":{{least}},"maximum":{{least + random.Next(20, 500)}},"multipleOf":{{random.Next(1, 9)}}}""";
    }

    private static string Number(Random random)
    {
        var least = random.Next(-1000, 1000);
        return $$"""{"type":"number","exclusiveMinimum":{{least}},"exclusiveMaximum":{{least + 1}}}""";
    }

    private static string Text(Random random)
    {
        var least = random.Next(0, 40);
        return random.Next(2) == 0 ? $$"""{"type":"string","pattern":"{{Patterns[random.Next(Patterns.Length)]}}"}""" : $$"""{"type":"string","minLength":{{least}},"maxLength":{{least + random.Next(0, 30)}}}""";
    }

    private static string List(Random random, int depth)
    {
        var least = random.Next(0, 4);
        return $$"""{"type":"array","items":{{Make(random, depth + 1)}},"minItems":{{least}},"maxItems":{{least + random.Next(0, 3)}}}""";
    }

    private static string Object(Random random, int depth)
    {
        var names = Enumerable.Range(0, random.Next(1, 5)).Select(i => $"p{i}").ToList();
        var properties = string.Join(',', names.Select(n => $"\"{n}\":{Make(random, depth + 1)}"));
        var required = string.Join(',', names.Where(_ => random.Next(2) == 0).Select(n => $"\"{n}\""));
        return $$"""{"type":"object","properties":{{{properties}}},"required":[{{required}}],"additionalProperties":false}""";
    }
}
