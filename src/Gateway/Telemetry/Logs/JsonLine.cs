using System.Globalization;

namespace Gateway.Telemetry.Logs;

/// <summary>One log line as one JSON object. Names are ours and written as they are; values are escaped.</summary>
internal ref struct JsonLine(Span<byte> initial)
{
    private LineBuffer _line = new(initial);

    /// <summary>The fields every line begins with.</summary>
    public void Begin(DateTimeOffset time, scoped ReadOnlySpan<byte> level)
    {
        _line.Append("{\"ts\":\""u8);
        _line.Append(time);
        _line.Append("\",\"level\":\""u8);
        _line.Append(level);
        _line.Append((byte)'"');
    }

    /// <summary>Fields that are JSON already, each with the comma before it.</summary>
    public void Constant(scoped ReadOnlySpan<byte> fields) => _line.Append(fields);

    /// <summary>A field; left out where the value is null.</summary>
    public void Field(scoped ReadOnlySpan<byte> name, string? value)
    {
        if (value is null)
            return;
        Name(name);
        _line.Append((byte)'"');
        _line.AppendEscaped(value);
        _line.Append((byte)'"');
    }

    public void Field(scoped ReadOnlySpan<byte> name, long value)
    {
        Name(name);
        _line.Append(value);
    }

    public void Field(scoped ReadOnlySpan<byte> name, bool value)
    {
        Name(name);
        _line.Append(value ? "true"u8 : "false"u8);
    }

    /// <summary>A whole number as a decimal fraction.</summary>
    public void Field(scoped ReadOnlySpan<byte> name, long value, int decimals)
    {
        Name(name);
        _line.Append(value, decimals);
    }

    /// <summary>A duration in milliseconds, to 100 ns.</summary>
    public void Milliseconds(scoped ReadOnlySpan<byte> name, TimeSpan duration) => Field(name, duration.Ticks, 4);

    /// <summary>A field of a structured message: numbers and truth values keep their type, everything else is text.</summary>
    public void Field(scoped ReadOnlySpan<byte> name, object? value)
    {
        switch (value)
        {
            case null: break;
            case string text: Field(name, text); break;
            case bool truth: Field(name, truth); break;
            case int or long or short or byte or uint or ushort or sbyte: Field(name, Convert.ToInt64(value, CultureInfo.InvariantCulture)); break;
            case double or float: Number(name, Convert.ToDouble(value, CultureInfo.InvariantCulture)); break;
            case decimal number: Raw(name, number.ToString(CultureInfo.InvariantCulture)); break;
            default: Field(name, Convert.ToString(value, CultureInfo.InvariantCulture)); break;
        }
    }

    /// <summary>Closes the object and the line.</summary>
    public ReadOnlySpan<byte> End()
    {
        _line.Append("}\n"u8);
        return _line.Written;
    }

    public readonly void Dispose() => _line.Dispose();

    // JSON has no NaN and no infinity: as text they still say what they are.
    private void Number(scoped ReadOnlySpan<byte> name, double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        if (double.IsFinite(value))
            Raw(name, text);
        else
            Field(name, text);
    }

    private void Raw(scoped ReadOnlySpan<byte> name, string number)
    {
        Name(name);
        // "1E+16" is "1E16": the plus sign is not among what the buffer takes as it is.
        _line.AppendEscaped(number.Replace("+", "", StringComparison.Ordinal));
    }

    private void Name(scoped ReadOnlySpan<byte> name)
    {
        _line.Append(",\""u8);
        _line.Append(name);
        _line.Append("\":"u8);
    }
}
