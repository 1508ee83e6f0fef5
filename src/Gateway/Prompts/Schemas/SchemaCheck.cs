using System.Globalization;
using System.Text.Json;

namespace Gateway.Prompts.Schemas;

/// <summary>Compares a value with a schema. Stops at the first thing that is wrong, and after so many steps: schemas that name themselves twice would double at every level.</summary>
internal ref struct SchemaCheck
{
    private const int MostSteps = 1_000_000;

    /// <summary>JSON of a request is at most 64 deep; more is a schema that leads back to itself.</summary>
    private const int MostDepth = 256;

    private int _steps;

    /// <returns>Null: it is right.</returns>
    public static SchemaProblem? Run(SchemaNode schema, JsonElement value) => default(SchemaCheck).Check(schema, value, "", 0);

    private SchemaProblem? Check(SchemaNode schema, JsonElement value, string path, int depth)
    {
        if (++_steps > MostSteps || depth > MostDepth) return new(path, "takes too long to compare with the schema");
        if (schema.IsNothing) return new(path, "is not allowed");
        if (!IsOf(schema.Types, value)) return new(path, $"must be {Words(schema.Types)}");
        if (schema.Values is { } values && !values.Any(v => JsonElement.DeepEquals(v, value))) return new(path, values.Length == 1 ? $"must be {values[0].GetRawText()}" : $"must be one of {string.Join(", ", values.Select(static v => v.GetRawText()))}");
        var problem = value.ValueKind switch
        {
            JsonValueKind.String => CheckText(schema, value, path),
            JsonValueKind.Number => CheckNumber(schema, value, path),
            JsonValueKind.Array => CheckItems(schema, value, path, depth),
            JsonValueKind.Object => CheckMembers(schema, value, path, depth),
            _ => null,
        };
        return problem ?? CheckOthers(schema, value, path, depth);
    }

    private static SchemaProblem? CheckText(SchemaNode schema, JsonElement value, string path)
    {
        if (schema.Length == default && schema.Pattern is null) return null;
        var text = value.GetString()!;
        if (Size(schema.Length, text.EnumerateRunes().Count(), "characters") is { } size) return new(path, size);
        return schema.Pattern?.IsMatch(text) == false ? new(path, $"must match {schema.Pattern}") : null;
    }

    private static SchemaProblem? CheckNumber(SchemaNode schema, JsonElement value, string path)
    {
        var number = value.GetDouble();
        if (number < schema.Minimum) return new(path, Text($"must be {schema.Minimum} or more"));
        if (number > schema.Maximum) return new(path, Text($"must be {schema.Maximum} or less"));
        if (number <= schema.Above) return new(path, Text($"must be more than {schema.Above}"));
        if (number >= schema.Below) return new(path, Text($"must be less than {schema.Below}"));
        return schema.MultipleOf is { } step && !(value.TryGetDecimal(out var exact) && exact % step == 0) ? new(path, Text($"must be a multiple of {step}")) : null;
    }

    private SchemaProblem? CheckItems(SchemaNode schema, JsonElement value, string path, int depth)
    {
        if (Size(schema.ItemCount, value.GetArrayLength(), "items") is { } size) return new(path, size);
        if (schema.Items is null) return null;
        var i = 0;
        foreach (var item in value.EnumerateArray())
            if (Check(schema.Items, item, Text($"{path}[{i++}]"), depth + 1) is { } problem) return problem;
        return null;
    }

    private SchemaProblem? CheckMembers(SchemaNode schema, JsonElement value, string path, int depth)
    {
        foreach (var name in schema.Required)
            if (!value.TryGetProperty(name, out _)) return new($"{path}.{name}", "is missing");
        if (schema.MemberCount != default && Size(schema.MemberCount, value.EnumerateObject().Count(), "members") is { } size) return new(path, size);
        foreach (var member in value.EnumerateObject())
        {
            var inside = schema.Properties?.GetValueOrDefault(member.Name) ?? schema.Others;
            if (inside is not null && Check(inside, member.Value, $"{path}.{member.Name}", depth + 1) is { } problem) return problem;
        }

        return null;
    }

    private SchemaProblem? CheckOthers(SchemaNode schema, JsonElement value, string path, int depth)
    {
        if (schema.Same is { } same && Check(same, value, path, depth + 1) is { } first) return first;
        foreach (var all in schema.All)
            if (Check(all, value, path, depth + 1) is { } problem) return problem;
        if (schema.Not is { } not && Check(not, value, path, depth + 1) is null) return new(path, "is what the schema says that it must not be");
        if (schema.Any.Length > 0 && Fitting(schema.Any, value, path, depth, 1) == 0) return new(path, "is nothing of what the schema allows");
        return schema.One.Length > 0 && Fitting(schema.One, value, path, depth, 2) is not 1 and var fitting ? new(path, fitting == 0 ? "is nothing of what the schema allows" : "is several of what the schema allows one of") : null;
    }

    /// <param name="enough">Stops at so many.</param>
    private int Fitting(SchemaNode[] schemas, JsonElement value, string path, int depth, int enough)
    {
        var count = 0;
        foreach (var schema in schemas)
            if (Check(schema, value, path, depth + 1) is null && ++count == enough) break;
        return count;
    }

    private static bool IsOf(JsonTypes types, JsonElement value) => types == JsonTypes.Any || value.ValueKind switch
    {
        JsonValueKind.Null => types.HasFlag(JsonTypes.Null),
        JsonValueKind.True or JsonValueKind.False => types.HasFlag(JsonTypes.Boolean),
        JsonValueKind.String => types.HasFlag(JsonTypes.String),
        JsonValueKind.Array => types.HasFlag(JsonTypes.Array),
        JsonValueKind.Object => types.HasFlag(JsonTypes.Object),
        _ => types.HasFlag(JsonTypes.Number) || (types.HasFlag(JsonTypes.Integer) && value.GetDouble() is var number && number == Math.Floor(number) && !double.IsInfinity(number)),
    };

    private static string Words(JsonTypes types) => string.Join(" or ", Enum.GetValues<JsonTypes>().Where(t => t != JsonTypes.Any && types.HasFlag(t)).Select(static t => t switch
    {
        JsonTypes.Null => "null",
        JsonTypes.Boolean => "true or false",
        JsonTypes.Integer => "a whole number",
        JsonTypes.Array => "a list",
        JsonTypes.Object => "an object",
        _ => "a " + t.ToString().ToLowerInvariant(),
    }));

    private static string? Size(SizeRange range, int count, string of) =>
        count < range.Least ? Text($"is too short: {range.Least} {of} are the least") : count > range.Most ? Text($"is too long: {range.Most} {of} are the most") : null;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
