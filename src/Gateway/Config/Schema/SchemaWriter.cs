using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

using Gateway.Config.Binding;
using Gateway.Config.Shapes;

namespace Gateway.Config.Schema;

/// <summary>
/// Writes config/gateway.schema.json from the same key tables that bind gateway.yaml, for editors. It is a little stricter than the binder
/// where that helps typing (numbers without quotes), and knows nothing of what only the whole file can tell (names that exist, sums of weights).
/// </summary>
internal sealed class SchemaWriter
{
    private const string Variable = @"\$\{|^os\.environ/";

    private readonly Utf8JsonWriter _json;
    private readonly string _references;
    private readonly bool _hasVariables;
    private readonly List<IRecordKind> _definitions = [];

    private SchemaWriter(Utf8JsonWriter json, string references, bool hasVariables) => (_json, _references, _hasVariables) = (json, references, hasVariables);

    public Utf8JsonWriter Json => _json;

    /// <summary>The schema of gateway.yaml: JSON Schema, draft 2020-12, indented, with a line feed at its end.</summary>
    public static string Write()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            new SchemaWriter(json, "#/$defs/", hasVariables: true).WriteRoot(GatewayShape.Kind);
        buffer.WriteByte((byte)'\n');
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>For the bodies of an API: definitions are OpenAPI's components, and <c>${NAME}</c> is text as any other.</summary>
    public static SchemaWriter ForApi(Utf8JsonWriter json) => new(json, "#/components/schemas/", hasVariables: false);

    /// <summary>Refers to a record's definition, which is written once, at the end.</summary>
    public void Reference(IRecordKind record)
    {
        _json.WriteString("$ref", _references + record.Name);
        if (!_definitions.Contains(record))
            _definitions.Add(record);
    }

    /// <summary>Text that matches a pattern, or names a variable whose value will have to.</summary>
    public void TextMatching(string pattern)
    {
        _json.WriteString("type", "string");
        _json.WriteString("pattern", OrVariable(pattern));
    }

    /// <summary>A pattern that lets text with a variable through too, where there are variables.</summary>
    public string OrVariable(string pattern) => _hasVariables ? $"{pattern}|{Variable}" : pattern;

    /// <summary>A number between two bounds, or a variable.</summary>
    /// <param name="type"><c>integer</c> or <c>number</c>.</param>
    public void Number(string type, string minimum, string maximum) => OrVariable(() =>
    {
        _json.WriteString("type", type);
        Raw("minimum", minimum);
        Raw("maximum", maximum);
    });

    /// <summary>One of some words, or a variable.</summary>
    public void Choice(IEnumerable<string> words) => OrVariable(() =>
    {
        _json.WriteStartArray("enum");
        foreach (var word in words)
            _json.WriteStringValue(word);
        _json.WriteEndArray();
    });

    /// <summary>What the action writes, or text that names a variable.</summary>
    public void OrVariable(Action write)
    {
        if (!_hasVariables)
        {
            write();
            return;
        }
        _json.WriteStartArray("anyOf");
        _json.WriteStartObject();
        write();
        _json.WriteEndObject();
        _json.WriteStartObject();
        _json.WriteString("type", "string");
        _json.WriteString("pattern", Variable);
        _json.WriteEndObject();
        _json.WriteEndArray();
    }

    /// <summary>A member whose value is JSON already.</summary>
    public void Raw(string name, string json)
    {
        _json.WritePropertyName(name);
        _json.WriteRawValue(json);
    }

    private void WriteRoot(IRecordKind root)
    {
        _json.WriteStartObject();
        _json.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
        _json.WriteString("title", "gateway.yaml");
        WriteRecord(root);
        _json.WriteStartObject("$defs");
        WriteDefinitions();
        _json.WriteEndObject();
        _json.WriteEndObject();
    }

    /// <summary>The records that others referred to, each a member.</summary>
    public void WriteDefinitions()
    {
        // The list grows while it is walked: definitions refer to further ones.
        for (var i = 0; i < _definitions.Count; i++)
        {
            _json.WriteStartObject(_definitions[i].Name);
            WriteRecord(_definitions[i]);
            _json.WriteEndObject();
        }
    }

    private void WriteRecord(IRecordKind record)
    {
        _json.WriteString("type", "object");
        _json.WriteBoolean("additionalProperties", false);
        if (record.Keys.Any(static k => k.Required))
        {
            _json.WriteStartArray("required");
            foreach (var key in record.Keys.Where(static k => k.Required))
                _json.WriteStringValue(key.Name);
            _json.WriteEndArray();
        }

        _json.WriteStartObject("properties");
        foreach (var key in record.Keys)
            WriteProperty(key);
        _json.WriteEndObject();
    }

    /// <summary>A key as a property.</summary>
    public void WriteProperty(Key key)
    {
        _json.WriteStartObject(key.Name);
        _json.WriteString("description", Describe(key));
        key.Kind.WriteSchema(this);
        if (key.DefaultJson is { } value)
            Raw("default", value);
        _json.WriteEndObject();
    }

    private static string Describe(Key key) =>
        key.AtNextStart ? string.Create(CultureInfo.InvariantCulture, $"{key.Description} A change takes effect at the next start.") : key.Description;
}
