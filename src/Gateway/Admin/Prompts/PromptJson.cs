using System.Text.Json;
using Gateway.Config;
using Gateway.Config.Shapes;

namespace Gateway.Admin.Prompts;

/// <summary>Prompts of the file and versions of both as JSON, with the members that the store's have.</summary>
internal static class PromptJson
{
    public static void Write(Utf8JsonWriter json, PromptConfig prompt)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, prompt.Name);
        json.WriteStartObject("labels"u8);
        foreach (var (label, version) in prompt.Labels) json.WriteNumber(label, version);
        json.WriteEndObject();
        json.WriteNumber("versions"u8, prompt.Versions[^1].Version);
        json.WriteBoolean("archived"u8, false);
        json.WriteString("source"u8, "file");
        json.WriteEndObject();
    }

    /// <summary>A version with its text.</summary>
    public static void Write(Utf8JsonWriter json, FoundPrompt prompt, FoundVersion version)
    {
        json.WriteStartObject();
        WriteHead(json, prompt, version);
        version.WriteText(json);
        json.WriteEndObject();
    }

    /// <summary>What is known about a version beside its text, into the object that is open.</summary>
    public static void WriteHead(Utf8JsonWriter json, FoundPrompt prompt, FoundVersion version)
    {
        json.WriteString("prompt"u8, prompt.Name);
        json.WriteNumber("version"u8, version.Number);
        json.WriteStartArray("labels"u8);
        foreach (var label in prompt.Labels.Where(l => l.Value == version.Number).Select(static l => l.Key).Order(StringComparer.Ordinal)) json.WriteStringValue(label);
        json.WriteEndArray();
        json.WriteString("source"u8, version.Head is null ? "file" : "store");
        json.WriteString("author"u8, version.Head?.Author);
        json.WriteString("message"u8, version.Head?.Message);
        json.WriteString("created_at"u8, version.Head is { } head ? EntityJson.Instant(head.CreatedAt) : null);
    }

    /// <summary>The text of a version of the store, as it was sent.</summary>
    public static void WriteMembers(Utf8JsonWriter json, JsonElement document)
    {
        foreach (var member in document.EnumerateObject().Where(static m => m.Name != "message")) member.WriteTo(json);
    }

    /// <summary>The text of a version of the file, as the members that the store's documents have.</summary>
    public static void WriteText(Utf8JsonWriter json, PromptVersionConfig version)
    {
        if (version.InputSchema is { } schema)
        {
            json.WritePropertyName("input_schema"u8);
            json.WriteRawValue(schema.Utf8.Span);
        }
        else
        {
            json.WriteStartArray("variables"u8);
            foreach (var variable in version.Variables) Write(json, variable);
            json.WriteEndArray();
        }

        json.WriteStartArray("messages"u8);
        foreach (var message in version.Messages)
        {
            json.WriteStartObject();
            json.WriteString("role"u8, message.Role);
            json.WriteString("content"u8, message.Template);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("partials"u8);
        foreach (var (name, text) in version.Partials) json.WriteString(name, text);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, PromptVariableConfig variable)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, variable.Name);
        json.WriteString("type"u8, PromptVariableShape.Types.Word(variable.Type));
        json.WriteBoolean("required"u8, variable.IsRequired);
        if (variable.Default is { } initial)
        {
            json.WritePropertyName("default"u8);
            json.WriteRawValue(initial.Utf8.Span);
        }

        if (variable.Values.Count > 0)
        {
            json.WriteStartArray("values"u8);
            foreach (var value in variable.Values) json.WriteStringValue(value);
            json.WriteEndArray();
        }

        if (variable.MaxLength is { } most) json.WriteNumber("max_length"u8, most);
        json.WriteEndObject();
    }
}
