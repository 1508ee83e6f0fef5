using Gateway.Core.Stores;
using Gateway.Storage.Postgres;

namespace Gateway.Tests.Storage;

[Collection(PostgresTests.Name)]
public sealed class PostgresLedgerSumTests(PostgresFixture postgres) : LedgerSumTests
{
    private protected override async Task<ILedgerStore> OpenAsync() => new PostgresLedgerStore(await postgres.EmptyDatabaseAsync("sums"));
}
