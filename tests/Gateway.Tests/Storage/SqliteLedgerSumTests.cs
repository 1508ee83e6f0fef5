using Gateway.Core.Stores;
using Gateway.Storage.Sqlite;
using Gateway.Tests.Metering;

namespace Gateway.Tests.Storage;

public sealed class SqliteLedgerSumTests : LedgerSumTests, IDisposable
{
    private readonly TempDirectory _directory = new();

    private protected override Task<ILedgerStore> OpenAsync() => Task.FromResult<ILedgerStore>(new SqliteLedgerStore(_directory.File("gateway.db")));

    public void Dispose() => _directory.Dispose();
}
