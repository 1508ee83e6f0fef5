using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

using Gateway.Config.Binding;
using Gateway.Config.Schema;
using Gateway.Config.Yaml;

namespace Gateway.Config.Values;

/// <summary>Any YAML value, as the JSON it stands for: what is in quotes is text, what is not is read by YAML 1.2's rules (<c>yes</c> is text there).</summary>
internal sealed class JsonKind : ValueKind<JsonText>
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    public static readonly JsonKind Instance = new();

    public override string Noun => "any value";

    public override void WriteSchema(SchemaWriter schema)
    {
        // No type: every JSON value is right.
    }

    public override bool TryBind(YamlNode node, BindContext context, [MaybeNullWhen(false)] out JsonText value)
    {
        var before = context.Errors.Count;
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            Write(node, json, context);
        value = context.Errors.Count == before ? new JsonText(bytes.WrittenMemory) : null;
        return value is not null;
    }

    private static void Write(YamlNode node, Utf8JsonWriter json, BindContext context)
    {
        switch (node)
        {
            case YamlMapping mapping:
                json.WriteStartObject();
                foreach (var (key, child) in mapping.Entries)
                    WriteMember(key, child, json, context);
                json.WriteEndObject();
                break;
            case YamlSequence list:
                json.WriteStartArray();
                for (var i = 0; i < list.Items.Count; i++)
                {
                    context.Errors.Push(i);
                    Write(list.Items[i], json, context);
                    context.Errors.Pop();
                }

                json.WriteEndArray();
                break;
            default:
                WriteScalar((YamlScalar)node, json, context);
                break;
        }
    }

    private static void WriteMember(YamlScalar key, YamlNode child, Utf8JsonWriter json, BindContext context)
    {
        context.Errors.Push(key.Text);
        json.WritePropertyName(key.Text);
        Write(child, json, context);
        context.Errors.Pop();
    }

    /// <summary>Writes the scalar; where it is wrong, that is reported and <c>null</c> keeps the JSON whole.</summary>
    private static void WriteScalar(YamlScalar scalar, Utf8JsonWriter json, BindContext context)
    {
        if (!context.TryExpand(scalar, out var text))
            json.WriteNullValue();
        else if (!text.IsPlain)
            json.WriteStringValue(text.Value);
        else
            WritePlain(text, json, context);
    }

    private static void WritePlain(in ScalarText text, Utf8JsonWriter json, BindContext context)
    {
        switch (text.Value)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                json.WriteNullValue();
                break;
            case "true" or "True" or "TRUE":
                json.WriteBooleanValue(true);
                break;
            case "false" or "False" or "FALSE":
                json.WriteBooleanValue(false);
                break;
            case var number when IsJsonNumber(number):
                json.WriteRawValue(number);
                break;
            case var number when IsYamlNumber(number):
                context.Errors.Add(text.Mark, "this is a number for YAML but not for JSON: write it as 0.5, 10 or 1e3, or put it in quotes to make it text");
                json.WriteNullValue();
                break;
            default:
                json.WriteStringValue(text.Value);
                break;
        }
    }

    private static bool IsJsonNumber(string text)
    {
        if (text[0] != '-' && !char.IsAsciiDigit(text[0]))
            return false;
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
        try
        {
            return reader.Read() && reader.TokenType == JsonTokenType.Number && !reader.Read();
        }
        catch (JsonException)
        {
            // Not a number: 2024-01-01, 1.2.3, 007.
            return false;
        }
    }

    private static bool IsYamlNumber(string text)
    {
        var body = text.AsSpan().TrimStart("+-");
        if (body.IsEmpty)
            return false;
        if (body is ".inf" or ".Inf" or ".INF" or ".nan" or ".NaN" or ".NAN")
            return true;
        if (body.StartsWith("0x", StringComparison.Ordinal))
            return body.Length > 2 && !body[2..].ContainsAnyExcept(HexDigits);
        if (body.StartsWith("0o", StringComparison.Ordinal))
            return body.Length > 2 && !body[2..].ContainsAnyExceptInRange('0', '7');
        return (char.IsAsciiDigit(body[0]) || body[0] == '.')
            && double.TryParse(body, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out _);
    }
}
