using System.Net;
using Gateway.Admin;

namespace Gateway.Tests.Admin;

public class LoginThrottleTests
{
    private readonly ManualTime _time = new();
    private readonly LoginThrottle _throttle;

    public LoginThrottleTests() => _throttle = new(_time);

    [Fact]
    public void Ten_failures_close_the_door_until_their_minute_is_over()
    {
        var address = IPAddress.Parse("192.0.2.1");
        for (var i = 1; i < LoginThrottle.Allowed; i++)
        {
            _throttle.Fail(address).Should().BeFalse();
            _throttle.Wait(address).Should().BeNull();
        }

        _throttle.Fail(address).Should().BeTrue();

        _time.Advance(TimeSpan.FromSeconds(20));
        _throttle.Wait(address).Should().Be(TimeSpan.FromSeconds(40));
        _time.Advance(TimeSpan.FromSeconds(40));
        _throttle.Wait(address).Should().BeNull();
        _throttle.Fail(address).Should().BeFalse("a new minute has begun");
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    public void One_address_is_not_punished_for_another_unless_they_are_one_network(string first, string second, bool isSame)
    {
        for (var i = 0; i < LoginThrottle.Allowed; i++)
            _throttle.Fail(IPAddress.Parse(first));

        (_throttle.Wait(IPAddress.Parse(second)) is not null).Should().Be(isSame);
    }

    [Fact]
    public void More_addresses_than_it_remembers_are_bounded_together()
    {
        var addresses = Enumerable.Range(0, 12_000).Select(static i => new IPAddress([10, (byte)(i >> 16), (byte)(i >> 8), (byte)i])).ToArray();

        var closed = addresses.Count(_throttle.Fail);

        closed.Should().Be(1, "the two thousand that no longer have a place share one");
        _throttle.Wait(addresses[0]).Should().BeNull();
        _throttle.Wait(IPAddress.Parse("192.0.2.1")).Should().NotBeNull("it has no place either");
    }

    [Fact]
    public void Places_of_old_failures_are_given_to_new_addresses()
    {
        for (var i = 0; i < 10_000; i++)
            _throttle.Fail(new IPAddress([10, 0, (byte)(i >> 8), (byte)i]));
        _time.Advance(LoginThrottle.Window);

        var closed = Enumerable.Range(0, 5_000).Count(i => _throttle.Fail(new IPAddress([11, 0, (byte)(i >> 8), (byte)i])));

        closed.Should().Be(0);
    }
}
