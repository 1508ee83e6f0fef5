using System.Diagnostics;
using Gateway.Core.Stores;
using Gateway.Storage.Sqlite;
using Gateway.Tests.Metering;
using Microsoft.Data.Sqlite;

namespace Gateway.Tests.Storage;

public sealed class SqliteLedgerStoreTests : LedgerStoreTests, IDisposable
{
    private readonly TempDirectory _directory = new();

    private string Path => _directory.File("data/gateway.db");

    private protected override Task<ILedgerStore> OpenAsync() => Task.FromResult<ILedgerStore>(new SqliteLedgerStore(Path));

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task No_column_is_a_floating_point_number()
    {
        await using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT type FROM pragma_table_info('ledger')";
        await using var reader = await command.ExecuteReaderAsync();
        var types = new List<string>();
        while (await reader.ReadAsync())
            types.Add(reader.GetString(0));
        types.Should().HaveCountGreaterThan(30).And.OnlyContain(static t => t == "INTEGER" || t == "TEXT");
    }

    [Fact]
    public async Task A_store_locked_by_somebody_fails_and_works_again()
    {
        await using var other = new SqliteConnection($"Data Source={Path};Pooling=False");
        other.Open();
        await using (var transaction = other.BeginTransaction(deferred: false))
        {
            await Store.Invoking(s => s.AppendAsync(LedgerRows.Many(3), CancellationToken.None).AsTask())
                .Should().ThrowAsync<StoreException>().WithMessage("*locked by another process*");
        }

        (await Store.AppendAsync(LedgerRows.Many(3), CancellationToken.None)).Should().Be(3);
    }

    [Fact]
    public async Task A_store_locked_by_somebody_holds_the_writer_of_prices_up_no_longer_than_the_writer_of_rows()
    {
        await using var other = new SqliteConnection($"Data Source={Path};Pooling=False");
        other.Open();
        await using (var transaction = other.BeginTransaction(deferred: false))
        {
            var watch = Stopwatch.StartNew();
            await Store.Invoking(s => s.SavePricesAsync([new("2026-11-01:one", "{}")], CancellationToken.None).AsTask())
                .Should().ThrowAsync<StoreException>().WithMessage("*locked by another process*");
            watch.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(3), "a quarter of a second, and not the five of a command");
        }

        await Store.SavePricesAsync([new("2026-11-01:one", "{}")], CancellationToken.None);
        (await Store.PricesAsync(CancellationToken.None)).Should().ContainSingle();
    }

    [Fact]
    public async Task A_full_disk_writes_nothing_of_the_batch_and_says_so()
    {
        // SQLite's own bound on the file stands in for the disk's.
        await using var store = new SqliteLedgerStore(_directory.File("full.db"));
        await store.MigrateAsync(CancellationToken.None);
        store.LimitPages(40);

        var append = async () =>
        {
            for (var i = 0; ; i++)
                await store.AppendAsync(LedgerRows.Many(100, $"b{i}"), CancellationToken.None);
        };

        await append.Should().ThrowAsync<StoreException>().WithMessage("*disk is full*");
        var rows = (await store.SumAsync(new(new(), []), CancellationToken.None)).SingleOrDefault()?.Requests ?? 0;
        (rows % 100).Should().Be(0, "a batch is there as a whole or not at all");
        (await store.CheckIntegrityAsync(CancellationToken.None)).Should().BeEmpty();
        store.LimitPages(100_000);
        (await store.AppendAsync(LedgerRows.Many(100, "later"), CancellationToken.None)).Should().Be(100);
    }

    [Fact]
    public void The_engine_is_not_older_than_the_one_in_the_package() =>
        Version.Parse(SqliteLedgerStore.EngineVersion).Should().BeGreaterThanOrEqualTo(new Version(3, 35, 5));
}
