using System.Text.Json;
using Gateway.Core.Wire.OpenAI;

namespace Gateway.Core.Tokens;

/// <summary>
/// Writes tool definitions as the prompt has them: TypeScript declarations in a namespace, found out by trial and described at https://hmarr.com/blog/counting-openai-tokens/.
/// Whether a property is required makes no difference to the count (<c>:</c> and <c>?:</c> are one token each) and is left out.
/// </summary>
internal static class ToolText
{
    /// <summary>Objects within objects; what lies deeper is written as <c>object</c>. Every level is read once more than the one above it.</summary>
    private const int DeepestLevel = 8;

    /// <param name="tools">The JSON array <c>tools</c>, or <c>functions</c> of the older API.</param>
    /// <returns>How many definitions there are.</returns>
    public static int Write(ReadOnlySpan<byte> tools, ref PooledText text)
    {
        var count = 0;
        text.Append("namespace functions {\n\n"u8);
        var reader = new Utf8JsonReader(tools, JsonCursor.Options);
        reader.Read();
        while (reader.TokenType != JsonTokenType.EndArray && reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            var tool = new SchemaNode(tools[start..(int)reader.BytesConsumed]);
            var function = tool.Function.IsEmpty ? tool : new SchemaNode(tool.Function);
            if (function.Name.IsEmpty) continue;
            Function(function, ref text);
            count++;
        }

        text.Append("} // namespace functions"u8);
        return count;
    }

    private static void Function(in SchemaNode function, ref PooledText text)
    {
        Comment(function.Description, 0, ref text);
        text.Append("type "u8);
        text.AppendJson(function.Name);
        var parameters = new SchemaNode(function.Parameters);
        if (IsEmptyObject(parameters.Properties))
        {
            text.Append(" = () => any;\n\n"u8);
            return;
        }

        text.Append(" = (_: {\n"u8);
        Properties(parameters.Properties, 0, 0, ref text);
        text.Append("\n}) => any;\n\n"u8);
    }

    private static void Properties(ReadOnlySpan<byte> properties, int indent, int level, ref PooledText text)
    {
        var reader = new Utf8JsonReader(properties, JsonCursor.Options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return;
        for (var first = true; reader.Read() && reader.TokenType == JsonTokenType.PropertyName; first = false)
        {
            var name = reader.ValueSpan;
            var property = new SchemaNode(JsonCursor.TakeValue(ref reader).Of(properties));
            if (!first) text.Append("\n"u8);
            Comment(property.Description, indent, ref text);
            Indent(indent, ref text);
            text.AppendJson(name);
            text.Append(": "u8);
            Type(property, indent, level, ref text);
            text.Append(","u8);
        }
    }

    private static void Type(in SchemaNode schema, int indent, int level, ref PooledText text)
    {
        if (!schema.Enum.IsEmpty) Choices(schema.Enum, ref text);
        else if (schema.Type.SequenceEqual("integer"u8)) text.Append("number"u8);
        else if (schema.Type.SequenceEqual("array"u8)) Array(schema, indent, level, ref text);
        else if (schema.Type.SequenceEqual("object"u8) && !schema.Properties.IsEmpty && level < DeepestLevel)
        {
            text.Append("{\n"u8);
            Properties(schema.Properties, indent + 2, level + 1, ref text);
            text.Append("\n}"u8);
        }
        else if (schema.Type.IsEmpty) text.Append("any"u8);
        else text.AppendJson(schema.Type);
    }

    private static void Array(in SchemaNode schema, int indent, int level, ref PooledText text)
    {
        if (schema.Items.IsEmpty || level >= DeepestLevel) text.Append("any"u8);
        else Type(new SchemaNode(schema.Items), indent, level + 1, ref text);
        text.Append("[]"u8);
    }

    /// <summary>The values with their quotes, as they stand, and bars between them.</summary>
    private static void Choices(ReadOnlySpan<byte> values, ref PooledText text)
    {
        var reader = new Utf8JsonReader(values, JsonCursor.Options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray) return;
        for (var first = true; reader.Read() && reader.TokenType != JsonTokenType.EndArray; first = false)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (!first) text.Append(" | "u8);
            text.AppendJson(values[start..(int)reader.BytesConsumed]);
        }
    }

    private static void Comment(ReadOnlySpan<byte> description, int indent, ref PooledText text)
    {
        if (description.IsEmpty) return;
        Indent(indent, ref text);
        text.Append("// "u8);
        text.AppendJson(description);
        text.Append("\n"u8);
    }

    private static void Indent(int spaces, ref PooledText text)
    {
        for (; spaces > 0; spaces--) text.Append(" "u8);
    }

    private static bool IsEmptyObject(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty) return true;
        var reader = new Utf8JsonReader(json, JsonCursor.Options);
        return !reader.Read() || reader.TokenType != JsonTokenType.StartObject || !reader.Read() || reader.TokenType == JsonTokenType.EndObject;
    }
}
