using Gateway.Core.Errors;
using Gateway.Tests.Support;
using Gateway.Upstream;

namespace Gateway.Tests.Upstream;

public class ProviderKeysTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void One_is_used_until_it_is_refused_then_the_next()
    {
        var keys = Keys(3);
        Shown(keys).Should().Be("k0");
        Shown(keys).Should().Be("k0");
        Refuse(keys, 401).Should().BeTrue();
        Shown(keys).Should().Be("k1");
        Refuse(keys, 402).Should().BeTrue();
        Refuse(keys, 403).Should().BeFalse("all of them rest");
    }

    [Fact]
    public void A_key_that_had_enough_rests_as_long_as_it_asked_and_the_other_one_stays_in_use()
    {
        var keys = Keys(2);
        Refuse(keys, 429, 10).Should().BeTrue();
        _time.Advance(TimeSpan.FromSeconds(11));
        Shown(keys).Should().Be("k1", "its prompt caches are warm");
        Refuse(keys, 429, 10);
        Shown(keys).Should().Be("k0");
    }

    [Fact]
    public void Keys_that_need_not_rest_take_turns()
    {
        var keys = Keys(3);
        foreach (var next in (string[])["k1", "k2", "k0"])
        {
            Refuse(keys, 429, 0).Should().BeTrue();
            Shown(keys).Should().Be(next);
        }
    }

    [Fact]
    public void When_all_rest_the_one_that_is_back_first_is_used()
    {
        var keys = Keys(3);
        Refuse(keys, 429, 50);
        Refuse(keys, 429, 5);
        Refuse(keys, 429, 30);
        Shown(keys).Should().Be("k1");
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(500)]
    public void What_says_nothing_of_the_key_changes_nothing(int status)
    {
        var keys = Keys(2);
        Refuse(keys, status).Should().BeFalse();
        Shown(keys).Should().Be("k0");
    }

    [Fact]
    public void A_single_key_is_always_used()
    {
        var keys = Keys(1);
        Refuse(keys, 401).Should().BeFalse();
        Shown(keys).Should().Be("k0");
        Keys(0).Take().Should().BeNull();
    }

    private ProviderKeys Keys(int count) => new([.. Enumerable.Range(0, count).Select(static i => new ProviderKey(new("x-api-key", $"k{i}"), $"k{i}"))], _time);

    private static string Shown(ProviderKeys keys) => keys.Take()!.Header.Value;

    private static bool Refuse(ProviderKeys keys, int status, int? retryAfter = null) =>
        keys.Refuse(keys.Take()!, new GatewayError(ErrorKind.BadUpstream, "") { UpstreamStatus = status, RetryAfter = retryAfter is { } s ? TimeSpan.FromSeconds(s) : null });
}
