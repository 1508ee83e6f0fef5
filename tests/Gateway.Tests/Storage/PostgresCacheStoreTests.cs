using Gateway.Core.Stores;
using Gateway.Storage.Postgres;

namespace Gateway.Tests.Storage;

[Collection(PostgresTests.Name)]
public sealed class PostgresCacheStoreTests(PostgresFixture postgres) : CacheStoreTests
{
    private protected override async Task<ICacheStore> OpenAsync()
    {
        var address = await postgres.EmptyDatabaseAsync("cache");
        await using (var ledger = new PostgresLedgerStore(address))
            await ledger.MigrateAsync(CancellationToken.None);
        return new PostgresCacheStore(address);
    }
}
