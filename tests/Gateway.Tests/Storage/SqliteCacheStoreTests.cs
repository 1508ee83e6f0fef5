using Gateway.Core.Stores;
using Gateway.Storage.Sqlite;
using Gateway.Tests.Metering;

namespace Gateway.Tests.Storage;

public sealed class SqliteCacheStoreTests : CacheStoreTests, IDisposable
{
    private readonly TempDirectory _directory = new();

    private protected override async Task<ICacheStore> OpenAsync()
    {
        var path = _directory.File("gateway.db");
        await using (var ledger = new SqliteLedgerStore(path))
            await ledger.MigrateAsync(CancellationToken.None);
        return new SqliteCacheStore(path);
    }

    public void Dispose() => _directory.Dispose();
}
