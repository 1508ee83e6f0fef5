using Gateway.Core.Stores;
using Gateway.Storage.Ledger;
using Gateway.Storage.Postgres;
using Gateway.Tests.Metering;
using Gateway.TestSupport;
using Npgsql;

namespace Gateway.Tests.Storage;

[Collection(PostgresTests.Name)]
public sealed class PostgresMigratorTests(PostgresFixture postgres) : IAsyncLifetime
{
    private PostgresAddress? _address;

    private PostgresAddress Address => _address ?? throw new InvalidOperationException("set in InitializeAsync");

    public async Task InitializeAsync() => _address = await postgres.EmptyDatabaseAsync("migrator");

    public Task DisposeAsync() => Task.CompletedTask;

    [SkippableFact]
    public async Task Migrating_again_changes_nothing()
    {
        await WithStoreAsync(static async store => await store.AppendAsync(LedgerRows.Many(3), CancellationToken.None));

        await WithStoreAsync(static async store => (await store.ReadAsync(new(new()), CancellationToken.None)).Rows.Should().HaveCount(3));

        (await VersionsAsync()).Should().Be(PostgresMigrator.Latest);
    }

    [SkippableFact]
    public async Task Several_instances_that_start_at_once_migrate_once()
    {
        // Each with sessions of its own, as processes have.
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => WithStoreAsync(static _ => Task.CompletedTask))));

        (await VersionsAsync()).Should().Be(PostgresMigrator.Latest);
    }

    [SkippableFact]
    public async Task A_script_that_fails_half_way_leaves_nothing_and_is_made_again()
    {
        IReadOnlyList<Migration> broken = [.. Migration.Of("Postgres"), new(9001, "9001_more.sql", "CREATE TABLE more (a int); SELECT 1 / 0;")];
        await this.Invoking(t => t.MigrateAsync(broken)).Should().ThrowAsync<PostgresException>();

        (await VersionsAsync()).Should().Be(PostgresMigrator.Latest, "the scripts before it are done");
        (await ExistsAsync("more")).Should().BeFalse();

        await MigrateAsync([.. broken.SkipLast(1), new(9001, "9001_more.sql", "CREATE TABLE more (a int);")]);
        (await ExistsAsync("more")).Should().BeTrue();
        (await VersionsAsync()).Should().Be(PostgresMigrator.Latest + 1);
    }

    [SkippableFact]
    public async Task An_instance_that_is_killed_in_a_script_leaves_neither_a_part_of_it_nor_the_lock()
    {
        await MigrateAsync([]);
        Migration endless = new(9002, "9002_endless.sql", "CREATE TABLE half (a int); SELECT pg_sleep(60);");
        var killed = MigrateAsync([endless]);
        // What a kill is to the server: the session is gone. It holds the lock while it sleeps.
        const string terminate = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_sleep%' AND wait_event = 'PgSleep'";
        while (await PostgresServer.ExecuteAsync(Address, terminate) is 0L)
            await Task.Delay(20);
        await killed.Invoking(static t => t).Should().ThrowAsync<PostgresException>();

        await WithStoreAsync(static async store => (await store.AppendAsync(LedgerRows.Many(3), CancellationToken.None)).Should().Be(3));
        (await ExistsAsync("half")).Should().BeFalse();
    }

    [SkippableFact]
    public async Task A_database_that_a_newer_instance_migrated_serves_this_one_too()
    {
        await WithStoreAsync(static _ => Task.CompletedTask);
        await PostgresServer.ExecuteAsync(Address, """
            ALTER TABLE ledger ADD COLUMN region text, ADD COLUMN weight bigint NOT NULL DEFAULT 1;
            INSERT INTO schema_migrations (version, name) VALUES (9000, '9000_later.sql');
            """);

        await WithStoreAsync(static async store =>
        {
            (await store.AppendAsync([LedgerRows.Full()], CancellationToken.None)).Should().Be(1);
            (await store.ReadAsync(new(new()), CancellationToken.None)).Rows.Single().AttemptId.Should().Be(LedgerRows.Full().AttemptId);
        });
    }

    [SkippableFact]
    public async Task A_user_who_may_not_make_tables_can_use_those_that_are_there()
    {
        await WithStoreAsync(static _ => Task.CompletedTask);
        await PostgresServer.ExecuteAsync(Address, """
            DROP ROLE IF EXISTS gateway_test_writer;
            CREATE ROLE gateway_test_writer LOGIN PASSWORD 'w';
            GRANT USAGE ON SCHEMA public TO gateway_test_writer;
            GRANT SELECT ON schema_migrations TO gateway_test_writer;
            GRANT SELECT, INSERT ON ledger TO gateway_test_writer;
            GRANT SELECT ON ledger_all TO gateway_test_writer;
            """);

        await using (var store = new PostgresLedgerStore(Address with { User = "gateway_test_writer", Password = "w" }))
        {
            await store.MigrateAsync(CancellationToken.None);
            (await store.AppendAsync(LedgerRows.Many(2), CancellationToken.None)).Should().Be(2);
            (await store.SumAsync(new(new(), []), CancellationToken.None)).Single().Requests.Should().Be(2);
        }

        await PostgresServer.ExecuteAsync(Address, "DROP OWNED BY gateway_test_writer; DROP ROLE gateway_test_writer");
    }

    private async Task MigrateAsync(IReadOnlyList<Migration> migrations)
    {
        await using var connection = new NpgsqlConnection(PostgresServer.ConnectionString(Address));
        await connection.OpenAsync();
        await PostgresMigrator.MigrateAsync(connection, migrations, CancellationToken.None);
    }

    private async Task WithStoreAsync(Func<ILedgerStore, Task> use)
    {
        await using var store = new PostgresLedgerStore(Address);
        await store.MigrateAsync(CancellationToken.None);
        await use(store);
    }

    private async Task<long> VersionsAsync() => (long)(await PostgresServer.ExecuteAsync(Address, "SELECT count(*) FROM schema_migrations"))!;

    private async Task<bool> ExistsAsync(string table) => await PostgresServer.ExecuteAsync(Address, $"SELECT to_regclass('{table}')::text") is string;
}
