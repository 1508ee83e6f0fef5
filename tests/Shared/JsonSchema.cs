using System.Text.Json;
using System.Text.RegularExpressions;

namespace Gateway.TestSupport;

/// <summary>One schema of a <see cref="JsonSchemaDocument"/>, compiled: JSON Schema 2020-12 as far as APIs use it.</summary>
internal sealed class JsonSchema
{
    /// <summary>What <c>false</c> says: nothing is valid.</summary>
    public bool Never { get; init; }

    /// <summary>Resolved when first used, because schemas refer to each other in circles.</summary>
    public Lazy<JsonSchema>? Reference { get; init; }

    public IReadOnlyList<string>? Types { get; init; }

    public IReadOnlyList<JsonElement>? Enum { get; init; }

    public IReadOnlyList<JsonSchema> AllOf { get; init; } = [];

    public IReadOnlyList<JsonSchema>? AnyOf { get; init; }

    public IReadOnlyList<JsonSchema>? OneOf { get; init; }

    public JsonSchema? Not { get; init; }

    public IReadOnlyDictionary<string, JsonSchema> Properties { get; init; } = new Dictionary<string, JsonSchema>();

    public IReadOnlyList<string> Required { get; init; } = [];

    public JsonSchema? AdditionalProperties { get; init; }

    public JsonSchema? PropertyNames { get; init; }

    public IReadOnlyList<JsonSchema> PrefixItems { get; init; } = [];

    public JsonSchema? Items { get; init; }

    public bool UniqueItems { get; init; }

    public Regex? Pattern { get; init; }

    /// <summary>Bounds by keyword: <c>minimum</c>, <c>maxLength</c>, <c>multipleOf</c> …</summary>
    public IReadOnlyDictionary<string, double> Bounds { get; init; } = new Dictionary<string, double>();

    /// <summary>Adds one line per violation: where, and what was expected.</summary>
    public void Check(JsonElement value, string at, List<string> errors)
    {
        if (Never)
        {
            errors.Add($"{at}: nothing is allowed here");
            return;
        }

        Reference?.Value.Check(value, at, errors);
        CheckAlternatives(value, at, errors);
        if (Types is not null && !Types.Any(type => IsOfType(value, type)))
            errors.Add($"{at}: is {value.ValueKind}, must be {string.Join(" or ", Types)}");
        if (Enum is not null && !Enum.Any(allowed => JsonElement.DeepEquals(allowed, value)))
            errors.Add($"{at}: {Excerpt(value)} is none of {string.Join(", ", Enum.Select(Excerpt))}");
        switch (value.ValueKind)
        {
            case JsonValueKind.Object: CheckObject(value, at, errors); break;
            case JsonValueKind.Array: CheckArray(value, at, errors); break;
            case JsonValueKind.String: CheckString(value.GetString()!, at, errors); break;
            case JsonValueKind.Number: CheckNumber(value.GetDouble(), at, errors); break;
        }
    }

    private void CheckAlternatives(JsonElement value, string at, List<string> errors)
    {
        foreach (var schema in AllOf)
            schema.Check(value, at, errors);
        if (AnyOf is not null && Closest(AnyOf, value, at, out var anyMatches) is var nearest && anyMatches == 0)
            errors.Add($"{at}: fits none of {AnyOf.Count} alternatives; the nearest says: {string.Join("; ", nearest)}");
        if (OneOf is not null && Closest(OneOf, value, at, out var oneMatches) is var near && oneMatches != 1)
            errors.Add($"{at}: fits {oneMatches} of {OneOf.Count} alternatives, must fit one; the nearest says: {string.Join("; ", near)}");
        if (Not is not null && IsValid(Not, value))
            errors.Add($"{at}: is what it must not be");
    }

    private static bool IsValid(JsonSchema schema, JsonElement value)
    {
        var errors = new List<string>();
        schema.Check(value, "", errors);
        return errors.Count == 0;
    }

    /// <summary>The errors of the alternative with the fewest, and how many alternatives have none.</summary>
    private static List<string> Closest(IReadOnlyList<JsonSchema> alternatives, JsonElement value, string at, out int matches)
    {
        List<string>? fewest = null;
        matches = 0;
        foreach (var alternative in alternatives)
        {
            var errors = new List<string>();
            alternative.Check(value, at, errors);
            if (errors.Count == 0) matches++;
            if (fewest is null || errors.Count < fewest.Count) fewest = errors;
        }

        return fewest ?? [];
    }

    private void CheckObject(JsonElement value, string at, List<string> errors)
    {
        foreach (var name in Required)
            if (!value.TryGetProperty(name, out _))
                errors.Add($"{at}: lacks '{name}'");
        var count = 0;
        foreach (var member in value.EnumerateObject())
        {
            count++;
            var path = $"{at}/{member.Name}";
            PropertyNames?.CheckString(member.Name, path, errors);
            if (Properties.TryGetValue(member.Name, out var schema))
                schema.Check(member.Value, path, errors);
            else
                AdditionalProperties?.Check(member.Value, path, errors);
        }

        CheckBounds(count, "minProperties", "maxProperties", at, errors);
    }

    private void CheckArray(JsonElement value, string at, List<string> errors)
    {
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            (index < PrefixItems.Count ? PrefixItems[index] : Items)?.Check(item, $"{at}/{index}", errors);
            index++;
        }

        CheckBounds(index, "minItems", "maxItems", at, errors);
        if (UniqueItems && value.EnumerateArray().Index().Any(a => value.EnumerateArray().Take(a.Index).Any(b => JsonElement.DeepEquals(a.Item, b))))
            errors.Add($"{at}: holds an item twice");
    }

    private void CheckString(string text, string at, List<string> errors)
    {
        CheckBounds(text.EnumerateRunes().Count(), "minLength", "maxLength", at, errors);
        if (Pattern is not null && !Pattern.IsMatch(text))
            errors.Add($"{at}: '{text}' does not match {Pattern}");
    }

    private void CheckNumber(double number, string at, List<string> errors)
    {
        CheckBounds(number, "minimum", "maximum", at, errors);
        if (Bounds.TryGetValue("exclusiveMinimum", out var above) && number <= above)
            errors.Add($"{at}: {number} is not above {above}");
        if (Bounds.TryGetValue("exclusiveMaximum", out var below) && number >= below)
            errors.Add($"{at}: {number} is not below {below}");
        if (Bounds.TryGetValue("multipleOf", out var step) && Math.Abs(number / step - Math.Round(number / step)) > 1e-9)
            errors.Add($"{at}: {number} is no multiple of {step}");
    }

    private void CheckBounds(double actual, string least, string most, string at, List<string> errors)
    {
        if (Bounds.TryGetValue(least, out var low) && actual < low)
            errors.Add($"{at}: {least} is {low}, got {actual}");
        if (Bounds.TryGetValue(most, out var high) && actual > high)
            errors.Add($"{at}: {most} is {high}, got {actual}");
    }

    private static bool IsOfType(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && Math.Floor(value.GetDouble()) == value.GetDouble(),
        _ => throw new NotSupportedException($"unknown type '{type}' in a schema"),
    };

    private static string Excerpt(JsonElement value)
    {
        var text = value.GetRawText();
        return text.Length <= 60 ? text : text[..60] + "…";
    }
}
