using System.Text.Json;
using Gateway.Config;
using Gateway.Config.Values;
using Gateway.Prompts.Schemas;
using Gateway.Prompts.Templates;

namespace Gateway.Prompts;

/// <summary>A JSON schema that declares a prompt's variables: its properties.</summary>
internal static class InputSchema
{
    /// <param name="problem">Why there are none.</param>
    public static IReadOnlyList<PromptVariableConfig>? Variables(JsonText schema, out string? problem)
    {
        using var document = JsonDocument.Parse(schema.Utf8);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("properties", out _) || (root.TryGetProperty("type", out var type) && !(type.ValueKind == JsonValueKind.String && type.ValueEquals("object"))))
        {
            problem = "must be a schema of an object with properties: they are the variables";
            return null;
        }

        if (SchemaReader.Read(root, out problem) is not { Properties: { } properties } node) return null;
        if (properties.Count > TemplateLimits.Variables) problem = $"has {properties.Count} properties; {TemplateLimits.Variables} are the most";
        foreach (var name in properties.Keys)
            if (Texts.VariableNameProblem(name) is { } wrong) problem ??= $"the property '{Printable.Shorten(name)}' {wrong}";
        var variables = problem is null ? properties.Select(p => Variable(p.Key, root.GetProperty("properties").GetProperty(p.Key), node)).ToList() : [];
        foreach (var variable in variables)
        {
            if (variable.Default is not { } initial) continue;
            using var value = JsonDocument.Parse(initial.Utf8);
            if (SchemaCheck.Run(properties[variable.Name], value.RootElement) is { } wrong) problem ??= $"the default of '{variable.Name}'{wrong.Path} {wrong.What}";
        }

        return problem is null ? variables : null;
    }

    /// <returns>Null: they are declared one by one.</returns>
    public static SchemaNode? Compile(JsonText? schema)
    {
        if (schema is null) return null;
        using var document = JsonDocument.Parse(schema.Utf8);
        return SchemaReader.Read(document.RootElement, out _);
    }

    /// <summary>What requests may send, as a JSON schema: the operator's own, or one made of the variables.</summary>
    public static void Write(Utf8JsonWriter json, PromptVersion prompt)
    {
        if (prompt.InputSchema is { } own)
        {
            json.WriteRawValue(own.Utf8.Span);
            return;
        }

        json.WriteStartObject();
        json.WriteString("type"u8, "object"u8);
        json.WriteStartObject("properties"u8);
        foreach (var variable in prompt.Variables) variable.WriteSchema(json);
        json.WriteEndObject();
        json.WriteStartArray("required"u8);
        foreach (var variable in prompt.Variables)
            if (variable.IsRequired) json.WriteStringValue(variable.Name);
        json.WriteEndArray();
        json.WriteBoolean("additionalProperties"u8, false);
        json.WriteEndObject();
    }

    private static PromptVariableConfig Variable(string name, JsonElement property, SchemaNode schema) => new()
    {
        Name = name,
        Type = schema.Properties![name].Types switch
        {
            JsonTypes.String => PromptVariableType.Text,
            JsonTypes.Number or JsonTypes.Integer => PromptVariableType.Number,
            JsonTypes.Boolean => PromptVariableType.Boolean,
            JsonTypes.Array => PromptVariableType.List,
            JsonTypes.Object => PromptVariableType.Record,
            _ => PromptVariableType.Any,
        },
        IsRequired = schema.Required.Contains(name),
        Default = property.ValueKind == JsonValueKind.Object && property.TryGetProperty("default", out var initial) && initial.ValueKind != JsonValueKind.Null
            ? new(System.Text.Encoding.UTF8.GetBytes(initial.GetRawText())) : null,
    };
}
