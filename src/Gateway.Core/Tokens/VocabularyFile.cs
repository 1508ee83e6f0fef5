using System.Buffers.Binary;
using System.IO.Compression;

namespace Gateway.Core.Tokens;

/// <summary>
/// Reads the files of <c>config/tokens</c>, which are embedded in this assembly: the 256 single bytes by rank, and for every later token the two earlier ones
/// that it is made of (<c>config/tokens/pack.mjs</c> writes them).
/// </summary>
internal static class VocabularyFile
{
    private const int Singles = 256;

    /// <summary>The low, the middle and the high byte of a rank, each in a run of its own.</summary>
    private const int BytesPerRank = 3;

    public static Vocabulary Load(TokenEncoding encoding)
    {
        var name = encoding switch
        {
            TokenEncoding.O200k => "tokens/o200k_base.bin.br",
            TokenEncoding.Cl100k => "tokens/cl100k_base.bin.br",
            _ => throw new ArgumentOutOfRangeException(nameof(encoding), encoding, null),
        };
        using var stream = typeof(VocabularyFile).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not embedded");
        using var packed = new BrotliStream(stream, CompressionMode.Decompress);
        Span<byte> head = stackalloc byte[sizeof(int)];
        packed.ReadExactly(head);
        var count = BinaryPrimitives.ReadInt32LittleEndian(head);
        var rest = new byte[Singles + (2 * BytesPerRank * (count - Singles))];
        packed.ReadExactly(rest);
        return Unpack(rest, count);
    }

    private static Vocabulary Unpack(ReadOnlySpan<byte> packed, int count)
    {
        var cuts = count - Singles;
        var left = packed.Slice(Singles, BytesPerRank * cuts);
        var right = packed[(Singles + (BytesPerRank * cuts))..];
        var starts = new int[count + 1];
        for (var rank = 0; rank < count; rank++)
            starts[rank + 1] = starts[rank] + (rank < Singles ? 1 : Length(starts, Rank(left, rank - Singles)) + Length(starts, Rank(right, rank - Singles)));
        var bytes = new byte[starts[count]];
        packed[..Singles].CopyTo(bytes);
        for (var rank = Singles; rank < count; rank++)
        {
            var target = bytes.AsSpan(starts[rank]);
            var (first, second) = (Rank(left, rank - Singles), Rank(right, rank - Singles));
            bytes.AsSpan(starts[first], Length(starts, first)).CopyTo(target);
            bytes.AsSpan(starts[second], Length(starts, second)).CopyTo(target[Length(starts, first)..]);
        }

        return new Vocabulary(bytes, starts);
    }

    private static int Rank(ReadOnlySpan<byte> runs, int at)
    {
        var length = runs.Length / BytesPerRank;
        return runs[at] | (runs[length + at] << 8) | (runs[(2 * length) + at] << 16);
    }

    private static int Length(int[] starts, int rank) => starts[rank + 1] - starts[rank];
}
