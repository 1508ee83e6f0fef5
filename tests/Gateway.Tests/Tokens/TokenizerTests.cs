using System.Text;
using Gateway.Core.Tokens;

namespace Gateway.Tests.Tokens;

/// <summary>Facts that can be looked up in OpenAI's tokenizer, and what holds for any text.</summary>
public sealed class TokenizerTests
{
    /// <summary>What text is made of that splits in surprising places.</summary>
    private static readonly string[] Fragments =
    [
        "'s", "'LL", "'x", "\u017F", "'\u017F", "\n", "\r\n", " ", "   ", "\t", "\u00a0", "\u3000", "\u0085", "/", "\n/", "word", "Word", "WORD", "wordWord", "XMLHttp", "ñ", "e\u0301", "\u0301",
        "ǅ", "ʰ", "中文", "カ", "안녕", "שלום", "नमस्ते", "1", "12345", "٣", "½", "!", "...", "((", "<|endoftext|>", "😀", "👨‍👩‍👧", "\ufeff", "\0", "𝔘", "a", "B", "the ", "ing",
    ];

    [Theory]
    [InlineData(TokenEncoding.O200k, "Hello, world!", new[] { 13225, 11, 2375, 0 })]
    [InlineData(TokenEncoding.Cl100k, "Hello, world!", new[] { 9906, 11, 1917, 0 })]
    [InlineData(TokenEncoding.O200k, "", new int[0])]
    [InlineData(TokenEncoding.O200k, "\u0301A1", new[] { 13430, 32, 16 })]
    [InlineData(TokenEncoding.O200k, " \n \n ", new[] { 56319, 220 })]
    [InlineData(TokenEncoding.Cl100k, " \n \n ", new[] { 33006, 220 })]
    public void Known_text_has_known_ids(TokenEncoding encoding, string text, int[] ids) =>
        Tokenizers.Get(encoding).Encode(Encoding.UTF8.GetBytes(text)).Should().Equal(ids);

    [Theory]
    [InlineData(TokenEncoding.O200k, "<|endoftext|>")]
    [InlineData(TokenEncoding.Cl100k, "<|im_start|>user<|im_end|>")]
    public void A_special_token_is_plain_text(TokenEncoding encoding, string text) => Tokenizers.Get(encoding).Count(Encoding.UTF8.GetBytes(text)).Should().BeGreaterThan(5);

    [Theory]
    [InlineData(TokenEncoding.O200k)]
    [InlineData(TokenEncoding.Cl100k)]
    public void Ids_decode_to_the_text_and_are_as_many_as_counted(TokenEncoding encoding)
    {
        var (tokenizer, random) = (Tokenizers.Get(encoding), new Random(20261121));
        for (var round = 0; round < 3000; round++)
        {
            var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => Fragments[random.Next(Fragments.Length)])));
            Holds(tokenizer, text);
        }
    }

    [Theory]
    [InlineData(TokenEncoding.O200k)]
    [InlineData(TokenEncoding.Cl100k)]
    public void Bytes_that_are_no_text_are_counted_too(TokenEncoding encoding)
    {
        var (tokenizer, random) = (Tokenizers.Get(encoding), new Random(7));
        for (var round = 0; round < 1000; round++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            Holds(tokenizer, bytes);
        }
    }

    /// <summary>A space after anything but white space begins a piece: what lies on either side does not know of the other.</summary>
    [Theory]
    [InlineData(TokenEncoding.O200k)]
    [InlineData(TokenEncoding.Cl100k)]
    public void Text_cut_before_a_space_has_the_same_tokens(TokenEncoding encoding)
    {
        var (tokenizer, random) = (Tokenizers.Get(encoding), new Random(11));
        for (var round = 0; round < 1000; round++)
        {
            string Part() => string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => Fragments[random.Next(Fragments.Length)]));
            var (before, after) = (Encoding.UTF8.GetBytes(Part() + "x"), Encoding.UTF8.GetBytes(" " + Part()));
            tokenizer.Count([.. before, .. after]).Should().Be(tokenizer.Count(before) + tokenizer.Count(after));
        }
    }

    private static void Holds(Tokenizer tokenizer, byte[] text)
    {
        var ids = tokenizer.Encode(text);
        tokenizer.Count(text).Should().Be(ids.Count);
        tokenizer.Encode(text).SequenceEqual(ids).Should().BeTrue("the same text has the same ids");
        tokenizer.Decode(ids).AsSpan().SequenceEqual(text).Should().BeTrue("{0} must come back", Convert.ToHexString(text));
    }
}
