using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gateway.Providers.Demo.Model;

/// <summary>
/// Writes a value that is valid for a JSON schema: what is required, enums, ranges, lengths, formats, patterns as far as <see cref="DemoPattern"/> knows them. It does
/// not look at <c>not</c>, <c>if</c>, <c>dependentRequired</c> and <c>patternProperties</c>.
/// </summary>
internal sealed class DemoFiller
{
    private const int MaxDepth = 48;
    private const int MaxValues = 5000;
    private const int MaxBytes = 64 * 1024;

    /// <summary>From here on only what must be is written, so that a schema that contains itself ends.</summary>
    private const int ShallowFrom = 4;

    private const int MaxItems = 1000;

    /// <summary>The turn of a value that is no item of an array.</summary>
    public const int Alone = -1;

    private readonly Utf8JsonWriter _json;
    private readonly JsonElement _root;
    private readonly DemoHints _hints;
    private readonly DemoDice _dice;
    private int _values;

    private DemoFiller(Utf8JsonWriter json, JsonElement root, DemoHints hints, DemoDice dice)
    {
        _json = json;
        _root = root;
        _hints = hints;
        _dice = dice;
    }

    /// <summary>Compact JSON; null where the schema admits nothing, or nothing of reasonable size.</summary>
    public static string? Fill(JsonElement schema, DemoHints hints, DemoDice dice)
    {
        var output = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            if (!new DemoFiller(json, schema, hints, dice).Value([schema], null, 0, Alone)) return null;
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <param name="name">Of the member the value is for.</param>
    /// <param name="turn">Tells the items of an array apart, so that they differ; or <see cref="Alone"/>.</param>
    private bool Value(IEnumerable<JsonElement> schemas, string? name, int depth, int turn)
    {
        var schema = new DemoSchema(schemas, _root, depth >= ShallowFrom);
        if (schema.IsImpossible || depth > MaxDepth || ++_values > MaxValues || _json.BytesCommitted + _json.BytesPending > MaxBytes) return false;
        if (schema.Find("const") is { } only) return Copy(only);
        if (schema.Find("enum") is { ValueKind: JsonValueKind.Array } choices) return Choice(choices, turn);
        switch (schema.Type())
        {
            case "object": return Object(schema, depth);
            case "array": return Array(schema, name, depth);
            case "integer": return Number(DemoNumbers.Integer(schema, _hints, _dice, turn));
            case "number": return Number(DemoNumbers.Number(schema, _hints, _dice, turn));
            case "boolean": _json.WriteBooleanValue((turn == Alone ? _dice.Pick(2) : turn % 2) == 0); return true;
            case "null": _json.WriteNullValue(); return true;
            default: return Text(DemoTexts.Make(schema, name, _hints, _dice, turn));
        }
    }

    private bool Copy(JsonElement value)
    {
        value.WriteTo(_json);
        return true;
    }

    private bool Number(decimal? number)
    {
        if (number is { } found) _json.WriteNumberValue(found);
        return number is not null;
    }

    private bool Text(string? text)
    {
        if (text is not null) _json.WriteStringValue(text);
        return text is not null;
    }

    /// <summary>What the message mentions first, null last.</summary>
    private bool Choice(JsonElement choices, int turn)
    {
        var all = choices.EnumerateArray().OrderBy(Rank).ToList();
        if (all.Count == 0) return false;
        var alike = all.Count(c => Rank(c) == Rank(all[0]));
        return Copy(turn == Alone ? all[_dice.Pick(alike)] : all[turn % all.Count]);
    }

    private int Rank(JsonElement choice) => choice.ValueKind switch
    {
        JsonValueKind.Null => 2,
        JsonValueKind.String when _hints.Mentions(choice.GetString()!) => 0,
        _ => 1,
    };

    private bool Object(DemoSchema schema, int depth)
    {
        var names = schema.Required();
        var optional = schema.Properties().Except(names).ToList();
        // A schema that requires nothing would be filled with nothing, which shows nobody anything.
        var wanted = names.Count == 0 && depth < ShallowFrom ? optional.Count : schema.Least("minProperties") - names.Count;
        names.AddRange(optional.Take(Math.Max(0, wanted)));
        var least = schema.Least("minProperties");
        if (least > MaxItems || names.Count > schema.Most("maxProperties")) return false;
        for (var i = 1; names.Count < least; i++)
            if (!names.Contains($"extra{i}")) names.Add($"extra{i}");
        _json.WriteStartObject();
        foreach (var name in names)
        {
            _json.WritePropertyName(name);
            if (!Value(schema.Property(name), name, depth + 1, Alone)) return false;
        }

        _json.WriteEndObject();
        return true;
    }

    private bool Array(DemoSchema schema, string? name, int depth)
    {
        var least = schema.Least("minItems");
        var most = schema.Most("maxItems");
        if (least > MaxItems || least > most) return false;
        var count = depth >= ShallowFrom ? least : Math.Clamp(1 + _dice.Pick(2), least, most);
        if (schema.Find("prefixItems") is { ValueKind: JsonValueKind.Array } prefix) count = Math.Clamp(prefix.GetArrayLength(), least, most);
        _json.WriteStartArray();
        for (var i = 0; i < count; i++)
            if (!Value(schema.Item(i), Singular(name), depth + 1, i)) return false;
        _json.WriteEndArray();
        return true;
    }

    private static string? Singular(string? name) => name is { Length: > 3 } && name.EndsWith('s') ? name[..^1] : name;
}
