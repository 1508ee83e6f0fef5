using Gateway.Core.Stores;
using Gateway.Storage.Sqlite;
using Gateway.Tests.Metering;
using Microsoft.Data.Sqlite;

namespace Gateway.Tests.Storage;

public sealed class SqliteEntityStoreTests : EntityStoreTests, IDisposable
{
    private readonly TempDirectory _directory = new();

    private string Path => _directory.File("data/gateway.db");

    private protected override Task<IEntityStore> OpenAsync() => Task.FromResult<IEntityStore>(new SqliteEntityStore(Path));

    private protected override async Task ExecuteAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A test's own text.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Ledger_and_entities_share_a_file()
    {
        await using var ledger = new SqliteLedgerStore(Path);
        await ledger.MigrateAsync(CancellationToken.None);

        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++)
                await ledger.AppendAsync(LedgerRows.Many(100, $"b{i}"), CancellationToken.None);
        });
        for (var i = 0; i < 20; i++)
            (await WriteAsync("key", $"k{i}", EntityChange.Absent, "{}")).IsDone.Should().BeTrue();

        await writing;
        (await Store.ReadAllAsync(["key"], CancellationToken.None)).Entities.Should().HaveCount(20);
        (await ledger.CheckIntegrityAsync(CancellationToken.None)).Should().BeEmpty();
    }
}
