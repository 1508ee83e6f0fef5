using Gateway.Admission.Shares;
using Gateway.Config;
using Gateway.Core.Stores;
using Gateway.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using static Gateway.Tests.Admission.AdmissionRig;

namespace Gateway.Tests.Admission.Shares;

/// <summary>The loop that says every second that a gateway lives.</summary>
public sealed class ShareLoopTests : SharedLimitRig
{
    [Fact]
    public async Task Sums_over_the_ledger_hold_up_no_request_are_made_once_at_a_time_and_end_with_the_loop()
    {
        var instances = Start(2, () => Key(budgets: Budget(100)), new LedgerConfig().InDoubtAfter);
        await instances[0].EnterAsync(20);
        await instances[0].ExchangeAsync(isBeat: true);
        var alive = instances[1];
        var ledger = new SlowLedger();
        var dead = new DeadShares(Store, ledger, alive.Book, new LedgerConfig { InDoubt = InDoubtPolicy.Release }, NullLogger<DeadShares>.Instance);
        await using var loop = new ShareLoop(alive.Broker, alive.Book, Store, dead, Time, NullLogger<ShareLoop>.Instance);
        loop.Start();
        // After a silence a request waits for a turn of the loop.
        while (!ledger.Asked.IsCompleted)
        {
            Time.Advance(TimeSpan.FromMinutes(1));
            await alive.Begin(0);
        }

        var admitted = 0;
        for (var i = 0; i < 5; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(20));
            if ((await alive.Begin(1)).IsAdmitted) admitted++;
        }

        admitted.Should().BePositive("a request waits 2 s for the store at most; the sum is still being made");
        ledger.Sums.Should().Be(1);
        ledger.IsEnded.Should().BeFalse();
        await loop.StopAsync();
        ledger.IsEnded.Should().BeTrue();
    }

    /// <summary>Its sums end when nobody wants them any more.</summary>
    private sealed class SlowLedger : StubLedgerStore
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _sums;

        public Task Asked => _asked.Task;

        public int Sums => _sums;

        public bool IsEnded { get; private set; }

        public override async ValueTask<IReadOnlyList<UsageSum>> SumAsync(UsageQuery query, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _sums);
            _asked.TrySetResult();
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }
            finally
            {
                IsEnded = true;
            }
            return [];
        }
    }
}
