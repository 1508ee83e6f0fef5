using Gateway.Admin;

namespace Gateway.Tests.Admin;

public class AdminThrottleTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void A_burst_of_two_seconds_worth_passes_and_then_the_rate()
    {
        var throttle = new AdminThrottle(10, _time);
        for (var i = 0; i < 20; i++)
            throttle.Take("a").Should().BeNull($"request {i} is within the burst");

        throttle.Take("a").Should().Be(TimeSpan.FromMilliseconds(100), "one is paid off in a tenth of a second");
        throttle.Take("a").Should().Be(TimeSpan.FromMilliseconds(100), "a refused one does not count");
        _time.Advance(TimeSpan.FromMilliseconds(100));
        throttle.Take("a").Should().BeNull();
        throttle.Take("a").Should().NotBeNull();
        _time.Advance(TimeSpan.FromHours(1));
        Enumerable.Range(0, 30).Count(_ => throttle.Take("a") is null).Should().Be(20, "a burst is never larger, however long it was quiet");
    }

    [Fact]
    public void Over_any_time_it_is_the_rate_and_one_burst()
    {
        var (throttle, random, passed) = (new AdminThrottle(50, _time), new Random(5), 0);
        for (var ms = 0; ms < 60_000;)
        {
            passed += Enumerable.Range(0, random.Next(4)).Count(_ => throttle.Take("a") is null);
            var step = random.Next(1, 20);
            _time.Advance(TimeSpan.FromMilliseconds(step));
            ms += step;
        }

        passed.Should().BeInRange(50 * 60, 50 * 61 + 100);
    }

    [Fact]
    public void Credentials_do_not_share_a_rate_and_many_of_them_are_forgotten()
    {
        var throttle = new AdminThrottle(1, _time);
        for (var i = 0; i < 5_000; i++)
            throttle.Take($"token:{i}").Should().BeNull();
        throttle.Take("token:4999").Should().BeNull();
        throttle.Take("token:4999").Should().NotBeNull();
        _time.Advance(TimeSpan.FromMinutes(1));
        throttle.Take("new").Should().BeNull();
        throttle.Take("token:4999").Should().BeNull("it has paid off");
    }
}
