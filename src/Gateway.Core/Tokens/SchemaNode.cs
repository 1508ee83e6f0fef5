using System.Text.Json;
using Gateway.Core.Wire.OpenAI;

namespace Gateway.Core.Tokens;

/// <summary>What of a JSON schema, or of a function's definition, gets into the prompt: parts of its raw JSON, strings with their quotes, empty where absent.</summary>
internal readonly ref struct SchemaNode
{
    public SchemaNode(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, JsonCursor.Options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = MemberOf(reader.ValueSpan);
            var value = JsonCursor.TakeUnlessNull(ref reader).Of(json);
            switch (member)
            {
                case Member.Name: Name = Unquoted(value); break;
                case Member.Type: Type = Unquoted(value); break;
                case Member.Description: Description = Unquoted(value); break;
                case Member.Enum: Enum = value; break;
                case Member.Items: Items = value; break;
                case Member.Properties: Properties = value; break;
                case Member.Parameters: Parameters = value; break;
                case Member.Function: Function = value; break;
                default: break;
            }
        }
    }

    private enum Member { Other, Name, Type, Description, Enum, Items, Properties, Parameters, Function }

    public ReadOnlySpan<byte> Name { get; }

    public ReadOnlySpan<byte> Type { get; }

    public ReadOnlySpan<byte> Description { get; }

    public ReadOnlySpan<byte> Enum { get; }

    public ReadOnlySpan<byte> Items { get; }

    public ReadOnlySpan<byte> Properties { get; }

    /// <summary>A function's schema.</summary>
    public ReadOnlySpan<byte> Parameters { get; }

    /// <summary>A tool's function.</summary>
    public ReadOnlySpan<byte> Function { get; }

    private static Member MemberOf(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("name"u8)) return Member.Name;
        if (name.SequenceEqual("type"u8)) return Member.Type;
        if (name.SequenceEqual("description"u8)) return Member.Description;
        if (name.SequenceEqual("enum"u8)) return Member.Enum;
        if (name.SequenceEqual("items"u8)) return Member.Items;
        if (name.SequenceEqual("properties"u8)) return Member.Properties;
        if (name.SequenceEqual("parameters"u8)) return Member.Parameters;
        return name.SequenceEqual("function"u8) ? Member.Function : Member.Other;
    }

    /// <summary>What is no string has no text.</summary>
    private static ReadOnlySpan<byte> Unquoted(ReadOnlySpan<byte> value) => value.Length >= 2 && value[0] == '"' ? value[1..^1] : default;
}
