using Gateway.Config;
using Gateway.Metering.Pricing;

namespace Gateway.Tests.Metering;

/// <summary>What a row was priced with is in the store before the row.</summary>
public sealed class LedgerPriceTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly MemoryLedgerStore _store = new();
    private readonly PriceBook _book = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Prices_of_rows_are_saved_and_others_are_not()
    {
        var resolver = new PriceResolver(PriceCatalog.LoadEmbedded(), _book);
        var used = resolver.Resolve("openai", "x", new PriceConfig { Input = 1, Output = 2 }, null)!;
        resolver.Resolve("openai", "x", new PriceConfig { Input = 3, Output = 4 }, null);
        await using var ledger = await Ledgers.StartAsync(_store, Ledgers.Options(_directory), prices: _book);

        await ledger.AppendAsync(LedgerRows.Many(3).Select(r => r with { PriceVersion = used.Version }));
        await ledger.AppendAsync([LedgerRows.Row(7) with { PriceVersion = "of a former process" }, LedgerRows.Row(8) with { PriceVersion = null }]);
        await ledger.ImportedAsync();

        _store.Prices.Should().BeEquivalentTo(new Dictionary<string, string> { [used.Version] = "{ input: 1, output: 2 }" });
        _store.Rows.Should().HaveCount(5);
    }

    [Fact]
    public async Task A_store_that_is_away_gets_prices_and_rows_when_it_is_back()
    {
        var price = new PriceResolver(PriceCatalog.LoadEmbedded(), _book).Resolve("openai", "x", new PriceConfig { Input = 1, Output = 2 }, null)!;
        await using var ledger = await Ledgers.StartAsync(_store, Ledgers.Options(_directory), prices: _book);
        _store.Failure = new IOException("away");
        await ledger.AppendAsync([LedgerRows.Row(1) with { PriceVersion = price.Version }]);
        await Ledgers.EventuallyAsync(() => _store.FailedAttempts > 0, "the store was asked");

        _store.Failure = null;
        await ledger.ImportedAsync();

        _store.Prices.Should().ContainKey(price.Version);
        _store.Rows.Should().ContainKey("a-1");
    }
}
