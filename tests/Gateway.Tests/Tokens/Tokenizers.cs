using Gateway.Core.Providers;
using Gateway.Core.Tokens;

namespace Gateway.Tests.Tokens;

/// <summary>Both tokenizers, unpacked once for all tests.</summary>
internal static class Tokenizers
{
    public static TokenizerCache Cache { get; } = new(TimeProvider.System);

    public static Tokenizer Get(TokenEncoding encoding) => Cache.Get(encoding);

    public static TokenCount CountRequest(ReadOnlySpan<byte> body, InferenceEndpoint endpoint, string model) => RequestTokens.Count(body, endpoint, model, Cache)!.Value;
}
