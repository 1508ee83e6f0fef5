using Gateway.Admission;
using Gateway.Auth;
using Gateway.Config;
using Gateway.Core.Stores;
using Gateway.Hosting;
using Gateway.Metering.Pricing;
using Gateway.Routing;
using Gateway.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Hosting;

public sealed class SnapshotSwitchTests
{
    [Fact]
    public void A_configuration_whose_budgets_cannot_be_counted_is_refused_in_words_and_the_one_in_force_stays()
    {
        var (names, holder) = (new NamePool(), new SnapshotHolder());
        var compiler = new SnapshotCompiler(new KeyHasher(), names, new PriceResolver(PriceCatalog.LoadEmbedded(), new PriceBook()));
        var snapshots = new SnapshotSwitch(compiler, holder, new AdmissionBook(TimeProvider.System, names), new Away(), new IdleLedger(), TimeProvider.System, NullLogger<SnapshotSwitch>.Instance);
        snapshots.Apply(new GatewayConfig(), 1).Should().BeEmpty("without budgets the store is not asked");

        var problems = snapshots.Apply(new GatewayConfig { Budgets = [new() { Limit = 5, Period = BudgetPeriod.Day }] }, 2);

        problems.Should().ContainSingle().Which.Message.Should().Contain("the server is down").And.Contain("SIGHUP");
        holder.Current.Generation.Should().Be(1);
        snapshots.File.Budgets.Should().BeEmpty();
    }

    private sealed class Away : StubLedgerStore
    {
        public override ValueTask<IReadOnlyList<UsageSum>> SumAsync(UsageQuery query, CancellationToken cancellationToken) => throw new StoreException("the server is down.");
    }
}
