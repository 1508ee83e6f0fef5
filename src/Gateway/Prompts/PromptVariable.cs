using System.Globalization;
using System.Text;
using System.Text.Json;
using Gateway.Config;

namespace Gateway.Prompts;

/// <summary>A variable of a prompt, and what may be its value.</summary>
internal sealed class PromptVariable(PromptVariableConfig config)
{
    private readonly byte[] _name = Encoding.UTF8.GetBytes(config.Name);
    private readonly byte[][] _values = [.. config.Values.Select(Encoding.UTF8.GetBytes)];

    public string Name => config.Name;

    public ReadOnlySpan<byte> NameUtf8 => _name;

    public bool IsRequired => config.IsRequired;

    /// <summary>JSON; null: nothing.</summary>
    public byte[]? Default { get; } = config.Default?.Utf8.ToArray();

    /// <summary>What is wrong with a value, as the rest of a sentence that began with its name; null: nothing.</summary>
    /// <param name="json">Well-formed, not <c>null</c>.</param>
    public string? Problem(ReadOnlySpan<byte> json) => config.Type switch
    {
        PromptVariableType.Any => null,   // as its schema says
        PromptVariableType.Number => json[0] == '-' || char.IsAsciiDigit((char)json[0]) ? null : "must be a number",
        PromptVariableType.Boolean => json[0] is (byte)'t' or (byte)'f' ? null : "must be true or false",
        PromptVariableType.Record => json[0] == '{' ? null : "must be an object",
        PromptVariableType.List => json[0] != '[' ? "must be a list" : config.MaxLength is { } most && Items(json) > most ? TooMany(most, "items") : null,
        PromptVariableType.Enum => json[0] == '"' && IsOneOf(json) ? null : $"must be one of {string.Join(", ", config.Values)}",
        _ => json[0] != '"' ? "must be a string" : config.MaxLength is { } most && Characters(json[1..^1]) > most ? TooMany(most, "characters") : null,
    };

    /// <summary>A property of a JSON schema.</summary>
    public void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteStartObject(config.Name);
        json.WriteString("type"u8, config.Type switch
        {
            PromptVariableType.Number => "number"u8,
            PromptVariableType.Boolean => "boolean"u8,
            PromptVariableType.List => "array"u8,
            PromptVariableType.Record => "object"u8,
            _ => "string"u8,
        });
        if (config.Values.Count > 0)
        {
            json.WriteStartArray("enum"u8);
            foreach (var value in config.Values) json.WriteStringValue(value);
            json.WriteEndArray();
        }

        if (config.MaxLength is { } most) json.WriteNumber(config.Type == PromptVariableType.List ? "maxItems"u8 : "maxLength"u8, most);
        if (Default is not null)
        {
            json.WritePropertyName("default"u8);
            json.WriteRawValue(Default);
        }

        json.WriteEndObject();
    }

    private static string TooMany(int most, string of) => string.Create(CultureInfo.InvariantCulture, $"is too long: {most} {of} are the most");

    private bool IsOneOf(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        foreach (var value in _values)
            if (reader.ValueTextEquals(value)) return true;
        return false;
    }

    private static int Items(ReadOnlySpan<byte> list)
    {
        var reader = new Utf8JsonReader(list);
        reader.Read();
        var items = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items++;
            reader.Skip();
        }

        return items;
    }

    /// <summary>Unicode characters of what stands between a JSON string's quotes; both halves of a surrogate pair are one.</summary>
    private static int Characters(ReadOnlySpan<byte> escaped)
    {
        var characters = 0;
        for (var i = 0; i < escaped.Length; i++)
        {
            if (escaped[i] is >= 0x80 and < 0xC0) continue;   // a further byte of the character before
            characters++;
            if (escaped[i] != '\\') continue;
            i++;
            if (escaped[i] != 'u') continue;
            // A second half, \uDC00 to \uDFFF, was counted with its first.
            if (escaped[i + 1] is (byte)'d' or (byte)'D' && (escaped[i + 2] | 0x20) is >= 'c' and <= 'f') characters--;
            i += 4;
        }

        return characters;
    }
}
