using System.Diagnostics;
using System.Text.Json;
using Gateway.Pipeline;

namespace Gateway.Prompts.Templates;

/// <summary>
/// Writes a compiled template with its values into a body. A string's bytes are JSON in the request and JSON in the message, so they are copied as they are: nothing in them is ever
/// read as a tag, and nothing is lost on the way. Allocates nothing.
/// </summary>
internal ref struct TemplateRenderer
{
    private readonly ReadOnlySpan<TemplateOp> _ops;
    private readonly ReadOnlySpan<PromptVariable> _variables;
    private readonly ReadOnlySpan<byte> _body;
    private readonly ReadOnlySpan<JsonValueRange> _values;
    private readonly Span<JsonValueRange> _items;
    private readonly ref BodyBuilder _output;
    private readonly int _most;
    private int _depth;
    private long _scanned;

    /// <param name="values">Of each variable, in the body; one that the body does not have does not exist here.</param>
    /// <param name="items">Room for <see cref="TemplateLimits.Depth"/> of them.</param>
    public TemplateRenderer(PromptVersion prompt, ReadOnlySpan<byte> body, ReadOnlySpan<JsonValueRange> values, Span<JsonValueRange> items, ref BodyBuilder output)
    {
        _ops = prompt.Ops;
        _variables = prompt.Variables;
        _body = body;
        _values = values;
        _items = items;
        _output = ref output;
        _most = output.Length + TemplateLimits.RenderedBytes;
    }

    /// <returns>False: it becomes too long or takes too long, and what is in the output is a part of it.</returns>
    public bool Run(in PromptMessage message) => Run(message.From, message.To);

    private bool Run(int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            ref readonly var op = ref _ops[i];
            switch (op.Kind)
            {
                case TemplateOpKind.Text:
                    _output.Write(op.Text);
                    break;
                case TemplateOpKind.Value:
                    WriteText(Source(Resolve(op)));
                    break;
                case TemplateOpKind.Inverted:
                    if (IsNothing(Source(Resolve(op))) && !Run(i + 1, op.End)) return false;
                    i = op.End - 1;
                    break;
                case TemplateOpKind.Section:
                    if (!RunSection(Resolve(op), i + 1, op.End)) return false;
                    i = op.End - 1;
                    break;
            }

            _scanned += TemplateLimits.StepBytes;
            if (_output.Length > _most || _scanned > TemplateLimits.ScannedBytes) return false;
        }

        return true;
    }

    private bool RunSection(JsonValueRange value, int from, int to)
    {
        var source = Source(value);
        if (IsNothing(source)) return true;
        if (source[0] != '[') return RunItem(value, from, to);
        _scanned += source.Length;
        var reader = new Utf8JsonReader(source);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (!RunItem(new(value.Slot, value.Start + start, value.Start + (int)reader.BytesConsumed), from, to)) return false;
        }

        return true;
    }

    private bool RunItem(JsonValueRange item, int from, int to)
    {
        _items[_depth++] = item;
        var fits = Run(from, to);
        _depth--;
        return fits;
    }

    /// <summary>The innermost thing at hand that has the name, as Mustache looks for it; then the variable.</summary>
    private JsonValueRange Resolve(in TemplateOp op)
    {
        if (op.Path.Length == 0) return _items[_depth - 1];
        for (var i = _depth - 1; i >= 0; i--)
            if (Member(_items[i], op.Path[0]) is { Exists: true } member) return Descend(member, op.Path);
        if (op.Slot < 0) return default;
        var value = _values[op.Slot];
        if (!value.Exists && _variables[op.Slot].Default is { Length: > 0 } other) value = new(op.Slot, 0, other.Length);
        return Descend(value, op.Path);
    }

    private JsonValueRange Descend(JsonValueRange value, byte[][] path)
    {
        for (var i = 1; i < path.Length && value.Exists; i++) value = Member(value, path[i]);
        return value;
    }

    private JsonValueRange Member(JsonValueRange of, ReadOnlySpan<byte> name)
    {
        var source = Source(of);
        if (source.IsEmpty || source[0] != '{') return default;
        _scanned += source.Length;
        var reader = new Utf8JsonReader(source);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isWanted = reader.ValueTextEquals(name);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (isWanted) return new(of.Slot, of.Start + start, of.Start + (int)reader.BytesConsumed);
        }

        return default;
    }

    private readonly ReadOnlySpan<byte> Source(JsonValueRange value)
    {
        if (!value.Exists) return default;
        var whole = _values[value.Slot].Exists ? _body : _variables[value.Slot].Default;
        return whole[value.Start..value.End];
    }

    private static bool IsNothing(ReadOnlySpan<byte> value) => value.IsEmpty || value[0] switch
    {
        (byte)'n' or (byte)'f' => true,
        (byte)'"' => value.Length == 2,
        (byte)'[' => value[1..].TrimStart(" \t\r\n"u8)[0] == ']',
        _ => false,
    };

    private readonly void WriteText(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty || value[0] == 'n') return;
        if (value[0] == '"') _output.Write(value[1..^1]);
        else if (value[0] is (byte)'{' or (byte)'[') WriteJson(value);
        else _output.Write(value);
    }

    /// <summary>An object or a list as its own JSON, as the client wrote it. Outside of its strings there is no control character but white space, and inside none.</summary>
    private readonly void WriteJson(ReadOnlySpan<byte> json)
    {
        while (json.IndexOfAny("\"\\\t\r\n"u8) is >= 0 and var at)
        {
            _output.Write(json[..at]);
            _output.Write(json[at] switch
            {
                (byte)'"' => "\\\""u8,
                (byte)'\\' => "\\\\"u8,
                (byte)'\t' => "\\t"u8,
                (byte)'\r' => "\\r"u8,
                (byte)'\n' => "\\n"u8,
                _ => throw new UnreachableException("one of those that were looked for"),
            });
            json = json[(at + 1)..];
        }

        _output.Write(json);
    }
}
