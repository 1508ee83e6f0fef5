namespace Gateway.Core.Tokens;

/// <summary>The English endings <c>'s 't 're 've 'm 'll 'd</c>, in either case.</summary>
internal static class Contraction
{
    /// <summary>Bytes of the ending at a place, or 0.</summary>
    public static int Length(ReadOnlySpan<byte> text, int at)
    {
        if ((uint)at >= (uint)text.Length || text[at] != '\'') return 0;
        var rest = text[(at + 1)..];
        if (rest.IsEmpty) return 0;
        // U+017F, the long s, is an s to a pattern without case.
        if (rest.StartsWith("\u017F"u8)) return 3;
        return (rest[0] | 0x20) switch
        {
            's' or 't' or 'm' or 'd' => 2,
            'r' or 'v' => Follows(rest, 'e'),
            'l' => Follows(rest, 'l'),
            _ => 0,
        };
    }

    private static int Follows(ReadOnlySpan<byte> rest, char letter) => rest.Length > 1 && (rest[1] | 0x20) == letter ? 3 : 0;
}
