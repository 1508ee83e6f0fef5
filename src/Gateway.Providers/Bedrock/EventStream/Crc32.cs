namespace Gateway.Providers.Bedrock.EventStream;

/// <summary>The checksum of event streams: CRC-32 of ISO 3309, as zlib computes it. The processor's own instruction is for another polynomial.</summary>
internal static class Crc32
{
    private const uint Polynomial = 0xEDB88320;

    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(static i => Entry((uint)i))];

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var (table, crc) = (Table, uint.MaxValue);
        foreach (var b in bytes) crc = table[(byte)(crc ^ b)] ^ (crc >> 8);
        return ~crc;
    }

    private static uint Entry(uint entry)
    {
        for (var bit = 0; bit < 8; bit++) entry = (entry & 1) == 0 ? entry >> 1 : (entry >> 1) ^ Polynomial;
        return entry;
    }
}
