namespace Gateway.Core.Tokens;

/// <summary>
/// Counts the tokens of UTF-8 text, as OpenAI's tiktoken does: byte-pair encoding within the pieces that <see cref="PieceSplitter"/> cuts. Names of special tokens are
/// plain text. Immutable; counting allocates nothing.
/// </summary>
public sealed class Tokenizer
{
    /// <summary>
    /// Bytes of a piece that are merged at once. No word is that long; without a bound one made of a megabyte of letters would need 40 MB of scratch memory. At each such cut the
    /// count can be off by a token or two, which is less than 0.1 %.
    /// </summary>
    internal const int LongestPiece = 16 * 1024;

    private readonly Vocabulary _vocabulary;
    private readonly TokenEncoding _encoding;

    private Tokenizer(Vocabulary vocabulary, TokenEncoding encoding) => (_vocabulary, _encoding) = (vocabulary, encoding);

    /// <summary>Unpacks an encoding's vocabulary: some 50 ms and 4 MiB. Whoever wants one again keeps it.</summary>
    public static Tokenizer Load(TokenEncoding encoding) => new(VocabularyFile.Load(encoding), encoding);

    /// <summary>The number of tokens. Bytes that are no UTF-8 are counted as the symbols a model sees in their place would be, roughly.</summary>
    public long Count(ReadOnlySpan<byte> text) => Count(text, out _);

    /// <param name="bytesLookedUp">The work it was, in bytes looked up in the vocabulary.</param>
    internal long Count(ReadOnlySpan<byte> text, out long bytesLookedUp)
    {
        var merge = new Merge(_vocabulary, null);
        Run(ref merge, text);
        bytesLookedUp = merge.BytesLookedUp;
        return merge.Count;
    }

    /// <summary>The ids, as the embeddings API takes them.</summary>
    public IReadOnlyList<int> Encode(ReadOnlySpan<byte> text)
    {
        var ids = new List<int>();
        var merge = new Merge(_vocabulary, ids);
        Run(ref merge, text);
        return ids;
    }

    /// <summary>The bytes that ids stand for.</summary>
    public byte[] Decode(IEnumerable<int> ids)
    {
        using var bytes = new MemoryStream();
        foreach (var id in ids) bytes.Write(_vocabulary.Bytes(id));
        return bytes.ToArray();
    }

    private void Run(ref Merge merge, ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            var length = PieceSplitter.First(text, _encoding);
            for (var piece = text[..length]; !piece.IsEmpty;)
            {
                var part = Bounded(piece);
                Piece(ref merge, piece[..part]);
                piece = piece[part..];
            }

            text = text[length..];
        }
    }

    private static void Piece(ref Merge merge, ReadOnlySpan<byte> piece)
    {
        var whole = merge.Rank(piece);
        if (whole != Merge.None) merge.Add(whole);
        else if (piece.Length <= ShortMerge.Longest) ShortMerge.Run(ref merge, piece);
        else LongMerge.Run(ref merge, piece);
    }

    /// <summary>At most <see cref="LongestPiece"/> bytes, and whole characters.</summary>
    private static int Bounded(ReadOnlySpan<byte> piece)
    {
        if (piece.Length <= LongestPiece) return piece.Length;
        var length = LongestPiece;
        while (length > LongestPiece - 3 && (piece[length] & 0xC0) == 0x80) length--;
        return length;
    }
}
