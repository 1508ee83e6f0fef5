using Gateway.Core.Tokens;

namespace Gateway.Tests.Tokens;

/// <summary>Both tokenizers, unpacked once for all tests.</summary>
internal static class Tokenizers
{
    private static readonly Lazy<Tokenizer> O200k = new(static () => Tokenizer.Load(TokenEncoding.O200k));
    private static readonly Lazy<Tokenizer> Cl100k = new(static () => Tokenizer.Load(TokenEncoding.Cl100k));

    public static Tokenizer Get(TokenEncoding encoding) => encoding == TokenEncoding.O200k ? O200k.Value : Cl100k.Value;
}
