using Gateway.Core.Tokens;

namespace Gateway.Tests.Tokens;

/// <summary>Two ways to merge, one result.</summary>
public sealed class MergeTests
{
    [Theory]
    [InlineData(TokenEncoding.O200k)]
    [InlineData(TokenEncoding.Cl100k)]
    public void The_long_way_and_the_short_way_agree(TokenEncoding encoding)
    {
        var (vocabulary, random) = (VocabularyFile.Load(encoding), new Random(3));
        for (var round = 0; round < 2000; round++)
        {
            var alphabet = random.Next(1, 27);
            byte[] piece = [.. Enumerable.Range(0, random.Next(2, ShortMerge.Longest + 1)).Select(_ => (byte)('a' + random.Next(alphabet)))];
            List<int> brief = [], lengthy = [];
            var (first, second) = (new Merge(vocabulary, brief), new Merge(vocabulary, lengthy));
            ShortMerge.Run(ref first, piece);
            LongMerge.Run(ref second, piece);
            lengthy.SequenceEqual(brief).Should().BeTrue("{0} has one way to be merged", System.Text.Encoding.UTF8.GetString(piece));
        }
    }

    [Fact]
    public void Every_token_is_found_by_its_bytes()
    {
        var vocabulary = VocabularyFile.Load(TokenEncoding.O200k);
        vocabulary.Count.Should().Be(199_998);
        Enumerable.Range(0, vocabulary.Count).Where(rank => vocabulary.Find(vocabulary.Bytes(rank)) != rank).Should().BeEmpty();
        vocabulary.Find("no token is called this"u8).Should().Be(Vocabulary.NotFound);
    }

    /// <summary>A word of the longest size is merged in two halves; what that costs in exactness is a token or two.</summary>
    [Fact]
    public void A_piece_beyond_the_bound_is_cut_between_characters()
    {
        var tokenizer = Tokenizers.Get(TokenEncoding.O200k);
        var text = System.Text.Encoding.UTF8.GetBytes(new string('中', Tokenizer.LongestPiece));
        var ids = tokenizer.Encode(text);
        tokenizer.Decode(ids).AsSpan().SequenceEqual(text).Should().BeTrue();
        ids.Where(id => System.Text.Encoding.UTF8.GetString(tokenizer.Decode([id])).Any(static c => c != '中')).Should().BeEmpty();
    }
}
