namespace Gateway.Telemetry.Logs;

/// <summary>One log line for people. Values are escaped as in JSON, so no value can begin a line of its own or paint the terminal.</summary>
internal ref struct TextLine(Span<byte> initial, bool colour)
{
    private LineBuffer _line = new(initial);

    public void Begin(DateTimeOffset time) => _line.Append(time);

    /// <summary>The level, red from Error, yellow for a warning.</summary>
    public void Level(LogLevel level)
    {
        Paint(level switch
        {
            >= LogLevel.Error => "\u001b[31m"u8,
            LogLevel.Warning => "\u001b[33m"u8,
            _ => "\u001b[32m"u8,
        });
        _line.Append(level.Text());
        Reset();
    }

    public void Status(int status)
    {
        Paint(status switch
        {
            >= 500 => "\u001b[31m"u8,
            >= 400 => "\u001b[33m"u8,
            _ => "\u001b[32m"u8,
        });
        _line.Append(status);
        Reset();
    }

    public void Word(scoped ReadOnlySpan<char> text)
    {
        _line.Append((byte)' ');
        _line.AppendEscaped(text);
    }

    /// <summary>Two values with what stands before each; nothing where the first is null.</summary>
    public void Words(scoped ReadOnlySpan<byte> before, string? first, scoped ReadOnlySpan<byte> between, string? second)
    {
        if (first is null)
            return;
        _line.Append((byte)' ');
        _line.Append(before);
        _line.AppendEscaped(first);
        _line.Append(between);
        _line.AppendEscaped(second);
    }

    public void Number(scoped ReadOnlySpan<byte> before, long value, int decimals)
    {
        _line.Append((byte)' ');
        _line.Append(before);
        _line.Append(value, decimals);
    }

    public void Milliseconds(scoped ReadOnlySpan<byte> before, TimeSpan duration)
    {
        Number(before, duration.Ticks, 4);
        _line.Append("ms"u8);
    }

    /// <summary>Further lines, indented, so that they cannot be taken for lines of their own.</summary>
    public void Indented(string text)
    {
        foreach (var part in text.AsSpan().EnumerateLines())
        {
            _line.Append("\n    "u8);
            _line.AppendEscaped(part);
        }
    }

    public ReadOnlySpan<byte> End()
    {
        _line.Append((byte)'\n');
        return _line.Written;
    }

    public readonly void Dispose() => _line.Dispose();

    private void Paint(scoped ReadOnlySpan<byte> code)
    {
        _line.Append((byte)' ');
        if (colour)
            _line.Append(code);
    }

    private void Reset()
    {
        if (colour)
            _line.Append("\u001b[0m"u8);
    }
}
