using System.Buffers.Text;
using System.Text;

namespace Gateway.Metering.Pricing;

/// <summary>Reads YAML flow mappings of plain scalars from one line: <c>{ a: 1, b: [x, y], c: { d: 2 } }</c>. No quotes, no comments, no escapes.</summary>
/// <remarks>The catalogue is the gateway's own file; a test reads it with a full YAML parser too and compares.</remarks>
internal ref struct FlowReader(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> _rest = text;

    /// <exception cref="FormatException">Something else stands here.</exception>
    public void Expect(char symbol)
    {
        _rest = _rest.TrimStart((byte)' ');
        if (_rest.IsEmpty || _rest[0] != symbol)
            throw Unexpected($"'{symbol}'");
        _rest = _rest[1..];
    }

    /// <summary>Whether another item follows before <paramref name="close"/>, which is passed if not.</summary>
    public bool HasNext(char close)
    {
        _rest = _rest.TrimStart((byte)' ');
        if (!_rest.IsEmpty && _rest[0] == close)
        {
            _rest = _rest[1..];
            return false;
        }

        if (!_rest.IsEmpty && _rest[0] == ',')
            _rest = _rest[1..].TrimStart((byte)' ');
        return true;
    }

    public ReadOnlySpan<byte> Key()
    {
        var key = Until(":"u8);
        Expect(':');
        return key;
    }

    public ReadOnlySpan<byte> Scalar() => Until(",}]"u8);

    public decimal Number()
    {
        var scalar = Scalar();
        return Utf8Parser.TryParse(scalar, out decimal value, out var used) && used == scalar.Length
            ? value
            : throw new FormatException($"'{Encoding.UTF8.GetString(scalar)}' is no number");
    }

    public long Whole()
    {
        var scalar = Scalar();
        return Utf8Parser.TryParse(scalar, out long value, out var used) && used == scalar.Length
            ? value
            : throw new FormatException($"'{Encoding.UTF8.GetString(scalar)}' is no whole number");
    }

    private ReadOnlySpan<byte> Until(ReadOnlySpan<byte> stops)
    {
        var end = _rest.IndexOfAny(stops);
        if (end < 0)
            throw Unexpected("more");
        var text = _rest[..end].Trim((byte)' ');
        _rest = _rest[end..];
        return text;
    }

    private readonly FormatException Unexpected(string wanted) =>
        new($"expected {wanted} at '{Encoding.UTF8.GetString(_rest.Length > 20 ? _rest[..20] : _rest)}'");
}
