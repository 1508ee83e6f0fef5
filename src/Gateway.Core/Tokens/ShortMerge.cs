namespace Gateway.Core.Tokens;

/// <summary>Merges pairs by looking through all of them for the best, again and again: for the short pieces that text is made of nothing is quicker.</summary>
internal static class ShortMerge
{
    /// <summary>Bytes. The work grows with the square; from about here on <see cref="LongMerge"/> is quicker.</summary>
    public const int Longest = 96;

    public static void Run(ref Merge merge, ReadOnlySpan<byte> piece)
    {
        Span<int> starts = stackalloc int[Longest + 1];
        Span<int> ranks = stackalloc int[Longest + 1];
        var parts = piece.Length;
        for (var i = 0; i <= parts; i++) starts[i] = i;
        for (var i = 0; i < parts; i++) ranks[i] = i + 2 <= parts ? merge.Rank(piece.Slice(i, 2)) : Merge.None;
        while (true)
        {
            var best = Best(ranks[..(parts - 1)]);
            if (best < 0) break;
            starts[(best + 2)..(parts + 1)].CopyTo(starts[(best + 1)..]);
            ranks[(best + 1)..parts].CopyTo(ranks[best..]);
            parts--;
            ranks[best] = PairAt(ref merge, piece, starts, best, parts);
            if (best > 0) ranks[best - 1] = PairAt(ref merge, piece, starts, best - 1, parts);
        }

        for (var i = 0; i < parts; i++) merge.Add(merge.Rank(piece[starts[i]..starts[i + 1]]));
    }

    private static int Best(ReadOnlySpan<int> ranks)
    {
        var (best, lowest) = (-1, Merge.None);
        for (var i = 0; i < ranks.Length; i++)
        {
            if (ranks[i] < lowest) (best, lowest) = (i, ranks[i]);
        }

        return best;
    }

    private static int PairAt(ref Merge merge, ReadOnlySpan<byte> piece, ReadOnlySpan<int> starts, int part, int parts) =>
        part + 2 <= parts ? merge.Rank(piece[starts[part]..starts[part + 2]]) : Merge.None;
}
