namespace Gateway.Routing;

/// <summary>FNV-1a (Fowler, Noll, Vo), 64 bits: the same for the same text in every process, which <see cref="string.GetHashCode()"/> is not.</summary>
internal static class TextHash
{
    public static ulong Of(ReadOnlySpan<char> text)
    {
        var hash = 0xCBF2_9CE4_8422_2325;
        foreach (var c in text) hash = (hash ^ c) * 0x0000_0100_0000_01B3;
        return hash;
    }
}
