namespace Gateway.Providers.Dialects;

/// <summary>Finds the end of a JSON object that comes in pieces of a JSON string, escaped as they stand: when a call's arguments are whole.</summary>
internal struct JsonEnd
{
    private int _depth;
    private bool _inString, _escaped, _begun;

    /// <summary>An object was opened, and is closed again.</summary>
    public readonly bool IsWhole => _begun && _depth == 0;

    /// <param name="piece">The inside of a JSON string.</param>
    public void Add(ReadOnlySpan<byte> piece)
    {
        for (var i = 0; i < piece.Length; i++)
        {
            var c = piece[i];
            if (c == '\\' && i + 1 < piece.Length)
            {
                c = piece[++i];
                if (c == 'u')
                {
                    c = Hex(piece[(i + 1)..]);
                    i += 4;
                }
                else if (c is not ((byte)'"' or (byte)'\\'))
                {
                    c = (byte)' ';   // a line break and its like
                }
            }

            Character(c);
        }
    }

    private void Character(byte c)
    {
        if (_escaped)
        {
            _escaped = false;
        }
        else if (_inString)
        {
            _escaped = c == '\\';
            _inString = c != '"';
        }
        else if (c == '"')
        {
            _inString = true;
        }
        else if (c is (byte)'{' or (byte)'[')
        {
            _depth++;
            _begun = true;
        }
        else if (c is (byte)'}' or (byte)']')
        {
            _depth--;
        }
    }

    /// <summary>The character of four hexadecimal digits, where it is one of ASCII's: no other means anything here.</summary>
    private static byte Hex(ReadOnlySpan<byte> digits) =>
        digits.Length >= 4 && System.Buffers.Text.Utf8Parser.TryParse(digits[..4], out ushort c, out _, 'x') && c < 128 ? (byte)c : (byte)' ';
}
