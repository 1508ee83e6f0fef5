using Gateway.Auth;
using Gateway.Config;
using Gateway.Metering;
using Gateway.Metering.Pricing;
using Gateway.Routing;
using Gateway.Tests.Config;
using Gateway.Tests.Support;
using ManualTimers = Gateway.Tests.Support.ManualTimers;

namespace Gateway.Tests.Metering;

public sealed class LedgerRetentionTests
{
    [Fact]
    public async Task An_exception_that_nobody_expected_is_logged_and_an_hour_later_it_is_tried_again()
    {
        var time = new ManualTimers(LedgerRows.Start);
        var log = new RecordingLogger<LedgerRetention>();
        var holder = new SnapshotHolder();
        holder.Swap(new SnapshotCompiler(new KeyHasher(), new NamePool(), new PriceResolver(PriceCatalog.LoadEmbedded(), new PriceBook()), Models.HealthBook(), TimeProvider.System)
            .Compile(new GatewayConfig { Telemetry = new() { Retention = TimeSpan.FromDays(40) } }, 1));
        var store = new Buggy();
        await using var retention = new LedgerRetention(store, holder, time, log);
        retention.Start();

        time.Advance(TimeSpan.FromHours(1));
        await Ledgers.EventuallyAsync(() => log.Entries.Any(static e => e.Id == LedgerEventIds.RetentionFailed), "the bug is logged");
        time.Advance(TimeSpan.FromHours(1));
        await Ledgers.EventuallyAsync(() => store.Asked == 2, "the loop goes on");
    }

    private sealed class Buggy : StubLedgerStore
    {
        public volatile int Asked;

        public override ValueTask<int> CompactAsync(DateTimeOffset before, int batch, CancellationToken cancellationToken) =>
            Interlocked.Increment(ref Asked) == 1 ? throw new InvalidOperationException("a bug") : new(0);
    }
}
