using Gateway.Core.Stores;
using Gateway.Storage.Sqlite;
using Gateway.Tests.Metering;
using Microsoft.Data.Sqlite;

namespace Gateway.Tests.Storage;

public sealed class SqliteMigratorTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private string Path => _directory.File("gateway.db");

    [Fact]
    public async Task Migrating_again_changes_nothing()
    {
        await WithStoreAsync(static async store => await store.AppendAsync(LedgerRows.Many(3), CancellationToken.None));

        await WithStoreAsync(static async store =>
        {
            await store.MigrateAsync(CancellationToken.None);
            (await store.ReadAsync(new(new()), CancellationToken.None)).Rows.Should().HaveCount(3);
        });

        Scalar("SELECT count(*) FROM schema_version").Should().Be(SqliteMigrator.Latest);
    }

    [Fact]
    public async Task A_migration_that_was_killed_half_way_is_made_again()
    {
        // What a kill leaves: the table of versions, nothing of the script, since both are one transaction.
        Execute("CREATE TABLE schema_version (version INTEGER PRIMARY KEY, name TEXT NOT NULL)");

        await WithStoreAsync(static async store => (await store.AppendAsync(LedgerRows.Many(3), CancellationToken.None)).Should().Be(3));
    }

    [Fact]
    public async Task Two_at_once_migrate_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => WithStoreAsync(static _ => Task.CompletedTask))));

        Scalar("SELECT count(*) FROM schema_version").Should().Be(SqliteMigrator.Latest);
    }

    [Fact]
    public async Task A_database_to_which_a_newer_program_added_something_serves_this_one_too()
    {
        await WithStoreAsync(static _ => Task.CompletedTask);
        Execute("""
            ALTER TABLE ledger ADD COLUMN region TEXT;
            ALTER TABLE ledger ADD COLUMN weight INTEGER NOT NULL DEFAULT 1;
            INSERT INTO schema_version VALUES (9000, '9000_later.sql');
            """);

        await WithStoreAsync(static async store =>
        {
            (await store.AppendAsync([LedgerRows.Full()], CancellationToken.None)).Should().Be(1);
            (await store.ReadAsync(new(new()), CancellationToken.None)).Rows.Single().AttemptId.Should().Be(LedgerRows.Full().AttemptId);
        });

        Scalar("SELECT max(version) FROM schema_version").Should().Be(9000, "the newer program finds its mark again");
    }

    [Fact]
    public async Task A_database_that_a_newer_program_changed_into_something_else_is_refused()
    {
        await WithStoreAsync(static _ => Task.CompletedTask);
        Execute("INSERT INTO schema_version VALUES (99, '0099_other.sql'); PRAGMA user_version = 99");

        await FluentActions.Awaiting(() => WithStoreAsync(static _ => Task.CompletedTask))
            .Should().ThrowAsync<StoreException>().WithMessage($"*schema version 99*up to {SqliteMigrator.Latest}*run the newer version, or restore a backup*");
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_a_clear_error()
    {
        await File.WriteAllTextAsync(Path, string.Concat(Enumerable.Repeat("this is a letter, not a database. ", 100)));

        await FluentActions.Awaiting(() => WithStoreAsync(static _ => Task.CompletedTask))
            .Should().ThrowAsync<StoreException>().WithMessage($"*{Path} is not a SQLite database*");
    }

    [Fact]
    public async Task A_place_that_cannot_be_written_is_a_clear_error()
    {
        await using var store = new SqliteLedgerStore("/proc/nowhere/gateway.db");

        await store.Invoking(static s => s.MigrateAsync(CancellationToken.None).AsTask()).Should().ThrowAsync<StoreException>().WithMessage("*/proc/nowhere/gateway.db*");
    }

    [Fact]
    public async Task A_store_in_memory_is_refused()
    {
        await using var store = new SqliteLedgerStore(":memory:");

        await store.Invoking(static s => s.MigrateAsync(CancellationToken.None).AsTask()).Should().ThrowAsync<StoreException>().WithMessage("*write-ahead log*");
    }

    [Fact]
    public async Task A_closed_store_leaves_one_file()
    {
        await WithStoreAsync(static async store =>
        {
            await store.AppendAsync(LedgerRows.Many(3), CancellationToken.None);
            await store.ReadAsync(new(new()), CancellationToken.None);
        });

        Directory.GetFiles(_directory.Path).Should().Equal(Path);
    }

    private async Task WithStoreAsync(Func<SqliteLedgerStore, Task> use)
    {
        await using var store = new SqliteLedgerStore(Path);
        await store.MigrateAsync(CancellationToken.None);
        await use(store);
    }

    private void Execute(string sql) => Scalar(sql);

    private long Scalar(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() as long? ?? 0;
    }
}
