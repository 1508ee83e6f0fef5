using Gateway.Overload;
using Gateway.Tests.Support;

namespace Gateway.Tests.Overload;

public sealed class FairGateTests
{
    private static readonly LaneName Quiet = new(true, "quiet"), Noisy = new(true, "noisy");
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTimers _time = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public void So_many_enter_at_once_and_one_more_when_one_has_left()
    {
        var gate = Gate(limit: 2, maxQueue: 10);

        gate.TryEnter().Should().BeTrue();
        gate.TryEnter().Should().BeTrue();
        gate.TryEnter().Should().BeFalse();
        gate.Leave();
        gate.TryEnter().Should().BeTrue();
        gate.InUse.Should().Be(2);
    }

    [Fact]
    public async Task A_place_that_becomes_free_is_the_first_ones_that_waits_and_nobody_gets_past_it()
    {
        var gate = Full(limit: 1, maxQueue: 10);
        var first = Wait(gate, Quiet);
        var second = Wait(gate, Quiet);

        gate.Leave();

        (await first).Should().Be(GateResult.Entered);
        second.IsCompleted.Should().BeFalse();
        gate.TryEnter().Should().BeFalse();
        (gate.InUse, gate.Waiting).Should().Be((1, 1));
        gate.Leave();
        (await second).Should().Be(GateResult.Entered);
        gate.Leave();
        (gate.InUse, gate.Waiting).Should().Be((0, 0));
    }

    [Fact]
    public async Task Ten_times_the_requests_of_another_delay_a_quiet_one_by_one_round()
    {
        var gate = Full(limit: 1, maxQueue: 100);
        var noisy = Enumerable.Range(0, 50).Select(_ => Wait(gate, Noisy)).ToList();
        var quiet = Wait(gate, Quiet);

        gate.Leave();
        gate.Leave();

        (await quiet).Should().Be(GateResult.Entered);
        noisy.Count(static n => n.IsCompleted).Should().Be(1);
    }

    [Fact]
    public async Task While_two_teams_wait_one_of_three_times_the_weight_gets_three_times_the_places()
    {
        var gate = Full(limit: 4, maxQueue: 1000);
        var light = Enumerable.Range(0, 200).Select(_ => Wait(gate, Quiet)).ToList();
        var heavy = Enumerable.Range(0, 200).Select(_ => Wait(gate, Noisy, weight: 3)).ToList();

        for (var i = 0; i < 100; i++)
            gate.Leave();

        await Task.WhenAll(light.Take(25));
        await Task.WhenAll(heavy.Take(75));
        gate.Waiting.Should().Be(300);
    }

    [Fact]
    public async Task Without_room_to_wait_a_request_is_refused_at_once()
    {
        var gate = Full(limit: 1, maxQueue: 0);

        (await Wait(gate, Quiet)).Should().Be(GateResult.Full);
        (gate.InUse, gate.Waiting).Should().Be((1, 0));
    }

    [Fact]
    public async Task A_full_queue_refuses_who_fills_it_and_lets_a_quiet_one_push_its_newest_out()
    {
        var gate = Full(limit: 1, maxQueue: 3);
        var noisy = Enumerable.Range(0, 3).Select(_ => Wait(gate, Noisy)).ToList();

        (await Wait(gate, Noisy)).Should().Be(GateResult.Full);
        var quiet = Wait(gate, Quiet);
        (await noisy[2]).Should().Be(GateResult.PushedOut);
        gate.Waiting.Should().Be(3);

        gate.Leave();
        gate.Leave();
        (await quiet).Should().Be(GateResult.Entered);
        (await noisy[0]).Should().Be(GateResult.Entered);
        noisy[1].IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task Nobody_waits_longer_than_it_may()
    {
        var gate = Full(limit: 1, maxQueue: 10);
        var first = Wait(gate, Quiet);
        _time.Advance(Second / 2);
        var second = Wait(gate, Quiet);

        _time.Advance(Second / 2);

        (await first).Should().Be(GateResult.TimedOut);
        second.IsCompleted.Should().BeFalse();
        gate.Leave();
        (await second).Should().Be(GateResult.Entered);
        _time.Advance(Second);
        (gate.InUse, gate.Waiting).Should().Be((1, 0));
    }

    [Fact]
    public async Task Who_leaves_while_it_waits_leaves_the_queue_at_once()
    {
        using var client = new CancellationTokenSource();
        var gate = Full(limit: 1, maxQueue: 2);
        var leaving = Wait(gate, Quiet, aborted: client.Token);
        var next = Wait(gate, Quiet);

        await client.CancelAsync();

        (await leaving).Should().Be(GateResult.Left);
        gate.Waiting.Should().Be(1);
        Wait(gate, Quiet).IsCompleted.Should().BeFalse("there is room again");
        gate.Leave();
        (await next).Should().Be(GateResult.Entered);
    }

    [Fact]
    public async Task A_higher_limit_lets_in_who_waits_and_a_lower_one_ends_nobody()
    {
        var gate = Full(limit: 1, maxQueue: 10);
        var waiting = Enumerable.Range(0, 4).Select(_ => Wait(gate, Quiet)).ToList();

        gate.Configure(limit: 3, maxQueue: 10);

        await Task.WhenAll(waiting.Take(2));
        (gate.InUse, gate.Waiting).Should().Be((3, 2));
        gate.Configure(limit: 1, maxQueue: 10);
        gate.Leave();
        gate.Leave();
        (gate.InUse, gate.Waiting).Should().Be((1, 2), "two places are gone");
        gate.Leave();
        (await waiting[2]).Should().Be(GateResult.Entered);
    }

    [Fact]
    public async Task When_the_process_ends_nobody_waits_any_more()
    {
        var gate = Full(limit: 1, maxQueue: 10);
        var waiting = Wait(gate, Quiet);

        gate.Close();

        (await waiting).Should().Be(GateResult.Closed);
        (await Wait(gate, Quiet)).Should().Be(GateResult.Closed);
        gate.Leave();
        gate.TryEnter().Should().BeTrue("what needs not wait is served to the end");
    }

    [Fact]
    public async Task How_long_the_queue_takes_is_told_from_the_pace_of_its_turns()
    {
        var gate = Full(limit: 1, maxQueue: 100);
        gate.ClearsIn().Should().Be(TimeSpan.Zero, "nobody waits, and nothing is known");
        var waiting = Enumerable.Range(0, 60).Select(_ => Wait(gate, Quiet, atMost: TimeSpan.FromHours(1))).ToList();
        for (var i = 0; i < 50; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(200));
            gate.Leave();
        }

        gate.ClearsIn().Should().BeCloseTo(TimeSpan.FromSeconds(2.2), TimeSpan.FromMilliseconds(1), "ten wait, and one more would");
        _time.Advance(TimeSpan.FromSeconds(3));
        gate.ClearsIn().Should().BeCloseTo(TimeSpan.FromSeconds(11 * (0.2 + (2.8 / 16))), TimeSpan.FromMilliseconds(1), "it stands still for so long");
        await Task.WhenAll(waiting.Take(50));
    }

    [Fact]
    public async Task Answers_that_end_in_groups_make_no_long_queue()
    {
        var gate = Full(limit: 8, maxQueue: 100);
        var waiting = Enumerable.Range(0, 80).Select(_ => Wait(gate, Quiet, atMost: TimeSpan.FromHours(1))).ToList();
        for (var group = 0; group < 5; group++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(200));
            for (var i = 0; i < 8; i++) gate.Leave();
        }

        _time.Advance(TimeSpan.FromMilliseconds(199));

        gate.ClearsIn().Should().BeGreaterThan(TimeSpan.FromSeconds(0.5)).And.BeLessThan(TimeSpan.FromSeconds(2), "forty wait, and every 200 ms eight have their turn");
        await Task.WhenAll(waiting.Take(40));
    }

    /// <summary>Real threads: nobody waits for ever, nobody gets in beyond the limit, and in the end all places are free. Two that share one place meet most often where one leaves while the other begins to wait.</summary>
    [Theory]
    [InlineData(1, 2, 100_000)]
    [InlineData(3, 16, 3000)]
    public async Task Under_contention_no_place_is_lost_and_none_is_given_twice(int limit, int workers, int rounds)
    {
        var gate = new FairGate(TimeProvider.System);
        gate.Configure(limit, 1000);
        int inside = 0, most = 0, entered = 0, left = 0;

        await Task.WhenAll(Enumerable.Range(0, workers).Select(w => Task.Run(async () =>
        {
            var random = new Random(w);
            for (var i = 0; i < rounds; i++)
            {
                using var client = new CancellationTokenSource();
                if (random.Next(8) == 0) client.CancelAfter(TimeSpan.FromMicroseconds(random.Next(50)));
                var result = gate.TryEnter() ? GateResult.Entered : await gate.WaitAsync(new(true, $"t{w % 5}"), 1 + (w % 3), TimeSpan.FromMinutes(1), client.Token);
                if (result == GateResult.Left)
                {
                    Interlocked.Increment(ref left);
                    continue;
                }

                result.Should().Be(GateResult.Entered);
                var now = Interlocked.Increment(ref inside);
                if (now > Volatile.Read(ref most)) Volatile.Write(ref most, now);
                if (random.Next(4) == 0) await Task.Yield();
                Interlocked.Decrement(ref inside);
                Interlocked.Increment(ref entered);
                gate.Leave();
            }
        }))).WaitAsync(TimeSpan.FromSeconds(60));

        most.Should().BeLessThanOrEqualTo(limit);
        (entered + left).Should().Be(workers * rounds);
        (gate.InUse, gate.Waiting).Should().Be((0, 0));
    }

    private FairGate Gate(int limit, int maxQueue)
    {
        var gate = new FairGate(_time);
        gate.Configure(limit, maxQueue);
        return gate;
    }

    private FairGate Full(int limit, int maxQueue)
    {
        var gate = Gate(limit, maxQueue);
        while (gate.TryEnter())
        {
            // until it is full
        }

        return gate;
    }

    /// <summary>Half a minute of real time is patience: what never ends is a failure, and not a test that hangs.</summary>
    private static Task<GateResult> Wait(FairGate gate, LaneName name, int weight = 1, TimeSpan? atMost = null, CancellationToken aborted = default) =>
        gate.WaitAsync(name, weight, atMost ?? Second, aborted).AsTask().WaitAsync(TimeSpan.FromSeconds(30), CancellationToken.None);
}
