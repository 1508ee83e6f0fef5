using System.Globalization;
using Gateway.Core.Stores;
using Gateway.Idempotency;
using Gateway.Tests.Config;
using Gateway.Tests.Metering;

namespace Gateway.Tests.Idempotency;

public sealed class IdempotencyKeeperTests : IAsyncDisposable
{
    private readonly MemoryIdempotencyStore _store = new();
    private readonly HandTimer _time = new();
    private readonly RecordingLogger<IdempotencyKeeper> _log = new();

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task Every_round_says_that_the_process_lives_and_every_twelfth_sweeps()
    {
        var book = new ClaimBook(_store, _time, new RecordingLogger<ClaimBook>());
        await book.ClaimAsync(new(new byte[32], new byte[32], "req_1"), TimeSpan.FromHours(1));
        await using var keeper = new IdempotencyKeeper(book, _time, _log);
        keeper.Start();
        _time.Period.Should().Be(IdempotencyLease.RenewInterval);

        for (var round = 1; round <= 24; round++)
        {
            _time.Fire();
            await Ledgers.EventuallyAsync(() => Count("renew") == round && Count("prune 0") == round / 12, string.Create(CultureInfo.InvariantCulture, $"round {round}"));
        }
    }

    [Fact]
    public async Task At_the_end_the_store_is_told_what_it_missed()
    {
        var book = new ClaimBook(_store, _time, new RecordingLogger<ClaimBook>());
        await book.ClaimAsync(new(new byte[32], new byte[32], "req_1"), TimeSpan.FromHours(1));
        await using var keeper = new IdempotencyKeeper(book, _time, _log);
        keeper.Start();
        _store.Failure = new("away");
        await book.ReleaseAsync(new(new byte[32], new byte[32], "req_1"));
        _store.Failure = null;

        await keeper.StopAsync();

        _store.Told.Should().Contain("release req_1");
        book.Leftovers.Should().Be(0);
    }

    private int Count(string told) => _store.Told.Count(t => t == told);

    /// <summary>One timer, fired by hand; a time that stands still.</summary>
    private sealed class HandTimer : TimeProvider
    {
        private TimerCallback? _callback;
        private object? _state;

        public TimeSpan Period { get; private set; }

        public override long GetTimestamp() => 0;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            (_callback, _state, Period) = (callback, state, period);
            return new Hand();
        }

        public void Fire() => _callback!(_state);

        private sealed class Hand : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
