using Gateway.Routing.Health;
using Gateway.Tests.Support;

namespace Gateway.Tests.Routing.Health;

public class LatencyMeterTests
{
    private readonly ManualTime _time = new(new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Failures_count_double_each_time_and_ten_minutes_at_most()
    {
        var meter = new LatencyMeter(_time);
        for (var i = 0; i < 2_000; i++) meter.FailedAfter(TimeSpan.FromMilliseconds(20));
        meter.Average.Should().Be(600);
        meter.Recent(out _).Should().Be(TimeSpan.FromMinutes(10));
    }

    [Fact]
    public void What_nobody_has_measured_for_a_minute_is_not_known()
    {
        var meter = new LatencyMeter(_time);
        meter.Answered(TimeSpan.FromSeconds(3));
        meter.Recent(out var left).Should().Be(TimeSpan.FromSeconds(3));
        left.Should().Be(TimeSpan.FromMinutes(1));
        _time.Advance(TimeSpan.FromSeconds(61));
        meter.Recent(out _).Should().BeNull();
    }
}
