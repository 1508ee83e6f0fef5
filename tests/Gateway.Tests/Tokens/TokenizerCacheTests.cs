using Gateway.Core.Tokens;
using Gateway.Tests.Support;

namespace Gateway.Tests.Tokens;

public sealed class TokenizerCacheTests
{
    [Fact]
    public void A_tokenizer_is_unpacked_once_and_given_up_when_nobody_asks()
    {
        var time = new ManualTime();
        using var cache = new TokenizerCache(time);
        cache.Holds(TokenEncoding.Cl100k).Should().BeFalse();
        var first = cache.Get(TokenEncoding.Cl100k);
        cache.Get(TokenEncoding.Cl100k).Should().BeSameAs(first);

        time.Advance(TokenizerCache.KeptFor - TimeSpan.FromSeconds(1));
        cache.Get(TokenEncoding.Cl100k);
        time.Advance(TimeSpan.FromSeconds(2));
        cache.Sweep();
        cache.Holds(TokenEncoding.Cl100k).Should().BeTrue("it was asked for two seconds ago");

        time.Advance(TokenizerCache.KeptFor);
        cache.Sweep();
        cache.Holds(TokenEncoding.Cl100k).Should().BeFalse();
        cache.Get(TokenEncoding.Cl100k).Should().NotBeSameAs(first);
        cache.Holds(TokenEncoding.O200k).Should().BeFalse("nobody asked for it");
    }
}
