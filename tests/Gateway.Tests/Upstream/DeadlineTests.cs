using Gateway.Tests.Support;
using Gateway.Upstream;

namespace Gateway.Tests.Upstream;

/// <summary>What one sweep of the timers does to an attempt for which several are due.</summary>
public sealed class DeadlineTests
{
    private static readonly TimeSpan Keepalive = TimeSpan.FromMilliseconds(500);

    private readonly ManualTimers _time = new(new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(500, 60_000, nameof(StopReason.TotalTimeout))]
    [InlineData(60_000, 500, nameof(StopReason.FirstByteTimeout))]
    public void An_attempt_that_a_sweep_ends_is_sent_no_comment_by_it(int totalMs, int firstByteMs, string reason)
    {
        using var all = new Deadlines(_time);
        using var deadline = new Deadline(all, TimeSpan.FromMilliseconds(totalMs), CancellationToken.None);
        var pulse = new Pulse();
        deadline.Arm(StopReason.FirstByteTimeout, TimeSpan.FromMilliseconds(firstByteMs));
        deadline.Beat(pulse, Keepalive);

        _time.Advance(2 * Keepalive);

        deadline.Reason.ToString().Should().Be(reason);
        pulse.Beats.Should().Be(0);
    }

    [Fact]
    public void An_attempt_that_was_ended_before_is_sent_no_comment()
    {
        using var all = new Deadlines(_time);
        using var deadline = new Deadline(all, TimeSpan.FromMinutes(1), CancellationToken.None);
        var pulse = new Pulse();
        deadline.Beat(pulse, Keepalive);
        deadline.Cancel(StopReason.Outrun);

        _time.Advance(2 * Keepalive);

        pulse.Beats.Should().Be(0);
    }

    [Fact]
    public void An_attempt_that_goes_on_is_sent_its_comment_once()
    {
        using var all = new Deadlines(_time);
        using var deadline = new Deadline(all, TimeSpan.FromMinutes(1), CancellationToken.None);
        var pulse = new Pulse();
        deadline.Beat(pulse, Keepalive);

        _time.Advance(4 * Keepalive);

        deadline.Reason.Should().Be(StopReason.None);
        pulse.Beats.Should().Be(1);
    }

    [Fact]
    public void A_time_limit_stops_the_attempt_and_not_what_is_being_written()
    {
        using var all = new Deadlines(_time);
        using var deadline = new Deadline(all, Keepalive, CancellationToken.None);

        _time.Advance(2 * Keepalive);

        deadline.Reason.Should().Be(StopReason.TotalTimeout);
        deadline.WriteToken.IsCancellationRequested.Should().BeFalse();
    }

    [Theory]
    [InlineData(500)]
    [InlineData(60_000)]
    public void What_a_client_leaves_unread_is_not_waited_for_whatever_has_ended_the_attempt(int totalMs)
    {
        using var all = new Deadlines(_time);
        using var deadline = new Deadline(all, TimeSpan.FromMilliseconds(totalMs), CancellationToken.None);
        deadline.Arm(StopReason.ClientStalled, 2 * Keepalive);

        _time.Advance(Keepalive + Deadlines.Resolution);
        deadline.WriteToken.IsCancellationRequested.Should().BeFalse();
        _time.Advance(Keepalive + Deadlines.Resolution);

        deadline.WriteToken.IsCancellationRequested.Should().BeTrue();
        deadline.Reason.ToString().Should().Be(totalMs == 500 ? nameof(StopReason.TotalTimeout) : nameof(StopReason.ClientStalled));
    }

    [Theory]
    [InlineData(nameof(StopReason.ClientGone))]
    [InlineData(nameof(StopReason.Shutdown))]
    public void Where_nobody_reads_or_nobody_can_wait_it_is_stopped_too(string reason)
    {
        using var all = new Deadlines(_time);
        using var deadline = new Deadline(all, Keepalive, CancellationToken.None);

        deadline.Cancel(Enum.Parse<StopReason>(reason));

        deadline.WriteToken.IsCancellationRequested.Should().BeTrue();
    }

    private sealed class Pulse : IPulse
    {
        public int Beats { get; private set; }

        public void Beat() => Beats++;
    }
}
