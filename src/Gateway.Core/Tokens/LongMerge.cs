using System.Buffers;

namespace Gateway.Core.Tokens;

/// <summary>Merges pairs with a heap of the mergeable ones: n log n, whatever the piece. A pair that changed leaves its old entry behind, which is passed over when it comes up.</summary>
internal static class LongMerge
{
    public static void Run(ref Merge merge, ReadOnlySpan<byte> piece)
    {
        // A pair for every byte, and two for every merge.
        var heap = ArrayPool<long>.Shared.Rent(3 * piece.Length);
        var links = ArrayPool<int>.Shared.Rent(3 * (piece.Length + 1));
        try
        {
            var parts = new Parts(links, piece.Length);
            var pairs = new PairHeap(heap);
            for (var at = 0; at < piece.Length; at++) Look(ref merge, piece, parts, ref pairs, at);
            while (pairs.TryPop(out var rank, out var at))
            {
                if (parts.Ranks[at] != rank) continue;
                parts.Join(at);
                Look(ref merge, piece, parts, ref pairs, at);
                if (at > 0) Look(ref merge, piece, parts, ref pairs, parts.Before[at]);
            }

            for (var at = 0; at < piece.Length; at = parts.After[at]) merge.Add(merge.Rank(piece[at..parts.After[at]]));
        }
        finally
        {
            ArrayPool<long>.Shared.Return(heap);
            ArrayPool<int>.Shared.Return(links);
        }
    }

    private static void Look(ref Merge merge, ReadOnlySpan<byte> piece, Parts parts, ref PairHeap pairs, int at)
    {
        var middle = parts.After[at];
        var rank = middle < piece.Length ? merge.Rank(piece[at..parts.After[middle]]) : Merge.None;
        parts.Ranks[at] = rank;
        if (rank != Merge.None) pairs.Push(rank, at);
    }

    /// <summary>The parts of a piece as a list linked both ways, each known by where it begins.</summary>
    private readonly ref struct Parts
    {
        public Parts(int[] links, int length)
        {
            After = links.AsSpan(0, length + 1);
            Before = links.AsSpan(length + 1, length + 1);
            Ranks = links.AsSpan(2 * (length + 1), length + 1);
            for (var at = 0; at <= length; at++) (After[at], Before[at]) = (at + 1, at - 1);
        }

        public Span<int> After { get; }

        public Span<int> Before { get; }

        /// <summary>The rank of the pair that begins here; <see cref="Merge.None"/> where there is none, or no part any more.</summary>
        public Span<int> Ranks { get; }

        public void Join(int at)
        {
            var gone = After[at];
            Ranks[gone] = Merge.None;
            After[at] = After[gone];
            Before[After[gone]] = at;
        }
    }
}
