namespace Gateway.Core.Tokens;

/// <summary>What is handed through the merging of one text: where tokens go, and how much work it was.</summary>
/// <param name="ids">Where ids are wanted; null where only their number is.</param>
internal struct Merge(Vocabulary vocabulary, List<int>? ids)
{
    /// <summary>Bytes that were looked up in the vocabulary: the work, in a unit that does not depend on the machine.</summary>
    public long BytesLookedUp { get; private set; }

    /// <summary>Tokens so far.</summary>
    public long Count { get; private set; }

    /// <summary>No pair: <see cref="int.MaxValue"/>, so that the smallest rank is the one to merge.</summary>
    public const int None = int.MaxValue;

    /// <summary>The rank of bytes, or <see cref="None"/>.</summary>
    public int Rank(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > vocabulary.Longest) return None;
        BytesLookedUp += bytes.Length;
        var rank = vocabulary.Find(bytes);
        return rank == Vocabulary.NotFound ? None : rank;
    }

    public void Add(int rank)
    {
        Count++;
        ids?.Add(rank);
    }
}
