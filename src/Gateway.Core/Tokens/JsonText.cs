using System.Buffers.Text;
using System.Text;

namespace Gateway.Core.Tokens;

/// <summary>Decodes the escapes of a JSON string. Never throws: half a surrogate pair becomes U+FFFD, as it does where a provider decodes it.</summary>
internal static class JsonText
{
    private const int EscapeLength = 6;   // \uXXXX

    /// <param name="raw">What stands between the quotes of a well-formed string.</param>
    /// <param name="target">At least as long: decoding never lengthens.</param>
    /// <returns>Bytes written.</returns>
    public static int Decode(ReadOnlySpan<byte> raw, Span<byte> target)
    {
        var written = 0;
        while (true)
        {
            var plain = raw.IndexOf((byte)'\\');
            if (plain < 0 || plain + 1 >= raw.Length) plain = raw.Length;
            raw[..plain].CopyTo(target[written..]);
            written += plain;
            raw = raw[plain..];
            if (raw.IsEmpty) return written;
            if (raw[1] == 'u')
            {
                written += Character(ref raw).EncodeToUtf8(target[written..]);
                continue;
            }

            target[written++] = Short(raw[1]);
            raw = raw[2..];
        }
    }

    private static byte Short(byte escaped) => escaped switch
    {
        (byte)'n' => (byte)'\n',
        (byte)'r' => (byte)'\r',
        (byte)'t' => (byte)'\t',
        (byte)'b' => (byte)'\b',
        (byte)'f' => (byte)'\f',
        _ => escaped,
    };

    private static Rune Character(ref ReadOnlySpan<byte> raw)
    {
        var first = Unit(raw);
        raw = raw[Math.Min(EscapeLength, raw.Length)..];
        if (Rune.TryCreate(first, out var rune)) return rune;
        if (!char.IsHighSurrogate(first) || !raw.StartsWith("\\u"u8) || !Rune.TryCreate(first, Unit(raw), out rune)) return Rune.ReplacementChar;
        raw = raw[EscapeLength..];
        return rune;
    }

    private static char Unit(ReadOnlySpan<byte> escape) =>
        escape.Length >= EscapeLength && Utf8Parser.TryParse(escape[2..EscapeLength], out ushort unit, out var read, 'x') && read == 4 ? (char)unit : '\uFFFD';
}
