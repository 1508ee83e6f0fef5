using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Gateway.Core.Errors;

namespace Gateway.Pipeline;

/// <summary>Reads policy fields out of a scanned body. Keeps the first error; a field that is null is as good as not sent.</summary>
internal ref struct FieldReader
{
    /// <summary>Longer names are no model's.</summary>
    private const int MaxNameLength = 256;

    private readonly ReadOnlySpan<byte> _body;
    private readonly ref readonly JsonMembers _members;
    private readonly ref readonly PolicyFields _positions;

    public FieldReader(ReadOnlySpan<byte> body, in JsonMembers members, in PolicyFields positions)
    {
        _body = body;
        _members = ref members;
        _positions = ref positions;
    }

    public GatewayError? Error { get; private set; }

    public string RequiredName(PolicyField field) => Name(field) ?? Fail(field, "is missing: name the model to use");

    /// <summary>Null where it is absent.</summary>
    public string? Name(PolicyField field)
    {
        var value = Value(field);
        if (value.IsEmpty) return null;
        if (value[0] != '"') return Fail(field, "must be a string");
        var name = Decode(value);
        if (name.Length is 0 or > MaxNameLength) return Fail(field, $"must have 1 to {MaxNameLength} characters");
        foreach (var c in name)
            if (char.IsControl(c)) return Fail(field, "has a control character");
        // Some providers have the model's name in the path of their address, where these lead elsewhere.
        foreach (var part in name.AsSpan().Split('/'))
            if (name.AsSpan()[part] is "." or "..") return Fail(field, "has a part that is '.' or '..'");
        return name;
    }

    public string? Text(PolicyField field)
    {
        var value = Value(field);
        if (value.IsEmpty) return null;
        return value[0] == '"' ? Decode(value) : Fail(field, "must be a string");
    }

    public bool Flag(PolicyField field)
    {
        var value = Value(field);
        if (value.IsEmpty || value[0] == 'f') return false;
        if (value[0] != 't') Fail(field, "must be true or false");
        return true;
    }

    /// <summary>
    /// A whole number from 1 to 2^31 - 1. <c>4096.0</c>, <c>1e3</c> and <c>"4096"</c> are refused: a bound that is misread is a bound that is bypassed.
    /// </summary>
    public long? Count(PolicyField field)
    {
        var value = Value(field);
        if (value.IsEmpty) return null;
        if (Utf8Parser.TryParse(value, out int number, out var used) && used == value.Length && number >= 1) return number;
        Fail(field, $"must be a whole number from 1 to {int.MaxValue}, written without a fraction or an exponent");
        return null;
    }

    /// <summary>How many prompts <c>prompt</c> holds: a list of texts or of lists of tokens is one each, a list of tokens is one.</summary>
    public readonly long Prompts()
    {
        var value = Value(PolicyField.Prompt);
        if (value.IsEmpty || value[0] != '[') return 1;
        var reader = new Utf8JsonReader(value);
        reader.Read();
        var prompts = 0L;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number) prompts++;
            reader.Skip();
        }

        return Math.Max(1, prompts);
    }

    public bool NestedFlag(PolicyField field, ReadOnlySpan<byte> nested)
    {
        var value = Value(field);
        if (value.IsEmpty) return false;
        if (value[0] != '{')
        {
            Fail(field, "must be an object");
            return false;
        }

        var reader = new Utf8JsonReader(value);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var wanted = reader.ValueTextEquals(nested);
            reader.Read();
            if (wanted && reader.TokenType is not (JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null))
                Fail(field, $"has a member '{Encoding.UTF8.GetString(nested)}' that must be true or false");
            if (wanted) return reader.TokenType == JsonTokenType.True;
            reader.Skip();
        }

        return false;
    }

    /// <summary>A text inside an object; null where there is none: what else may stand there is the provider's affair.</summary>
    public readonly string? NestedText(PolicyField field, ReadOnlySpan<byte> nested)
    {
        var value = Value(field);
        if (value.IsEmpty || value[0] != '{') return null;
        var reader = new Utf8JsonReader(value);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var wanted = reader.ValueTextEquals(nested);
            reader.Read();
            if (wanted) return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            reader.Skip();
        }

        return null;
    }

    public readonly bool Has(PolicyField field) => !Value(field).IsEmpty;

    public void Refuse(PolicyField field, string problem) => Fail(field, problem);

    public void Require(PolicyField field)
    {
        if (Value(field).IsEmpty) Fail(field, "is missing");
    }

    /// <summary>The value's bytes; empty where it is absent or null.</summary>
    private readonly ReadOnlySpan<byte> Value(PolicyField field)
    {
        var index = _positions[field];
        if (index < 0) return default;
        var member = _members[index];
        var value = _body[member.ValueStart..member.ValueEnd];
        return value[0] == 'n' ? default : value;
    }

    private static string Decode(ReadOnlySpan<byte> quoted)
    {
        var inner = quoted[1..^1];
        return Encoding.UTF8.GetString(inner.Contains((byte)'\\') ? JsonBytes.Unescape(inner) : inner);
    }

    private string Fail(PolicyField field, string problem)
    {
        var name = PolicyFields.Name(field);
        Error ??= new GatewayError(ErrorKind.InvalidRequest, $"'{name}' {problem}.", name);
        return "";
    }
}
