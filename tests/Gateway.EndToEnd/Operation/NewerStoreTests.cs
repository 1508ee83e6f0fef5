using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;
using Gateway.Storage.Ledger;
using Gateway.Storage.Postgres;
using Gateway.Storage.Sqlite;
using Gateway.TestSupport;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Gateway.EndToEnd.Operation;

/// <summary>A newer version has migrated the store, while this one serves or before it starts: requests do not notice, and the books are right (reliability R15).</summary>
public sealed class NewerStoreTests
{
    private const int Workers = 8, Before = 40, After = 200;

    /// <summary>Above all numbers that the program has, with room for more tables than there are.</summary>
    private const int FirstNewer = 9000;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    // More than all of them can cost: nothing is refused here.
    private static readonly long s_limit = 1_000_000 * BoundGateway.Price;

    [SkippableFact]
    public async Task A_gateway_fails_no_request_while_a_newer_version_migrates_the_server_and_starts_on_it_again()
    {
        await using var bound = await BoundGateway.StartAsync(StoreKind.Postgres, s_limit);
        using var over = new CancellationTokenSource();
        var working = Task.WhenAll(Enumerable.Range(0, Workers).Select(w => WorkAsync(bound, $"work-{w}", over.Token)));
        await AcknowledgedAsync(bound, Before, working);

        var tables = await MigrateAsync(bound.Database!);
        tables.Should().Contain(["ledger", "limit_lease", "instance", "idempotency", "entity"]);

        await AcknowledgedAsync(bound, bound.Acknowledged.Count + After, working);
        await over.CancelAsync();
        await working;
        bound.Gateway.Output.Split('\n').Where(static l => l.Contains("\"level\":\"error\"", StringComparison.Ordinal)).Should().BeEmpty();
        await ManageAsync(bound, "while-it-ran");
        await bound.RequireTruthAsync();

        await RestartAsync(bound);
        await bound.AskAllAsync("after", 10);
        await ManageAsync(bound, "after-a-start");
        await bound.RequireTruthAsync();
    }

    [Fact]
    public async Task A_gateway_that_goes_back_to_an_older_version_serves_a_file_that_the_newer_one_migrated_and_keeps_what_is_in_it()
    {
        await using var bound = await BoundGateway.StartAsync(StoreKind.Sqlite, s_limit);
        await bound.AskAllAsync("before", 10);
        await StopAsync(bound);

        Migrate(bound.Gateway.Folder.File("gateway.db")).Should().Contain(["ledger", "idempotency", "entity"]);

        await bound.Gateway.StartAsync();
        await bound.AskAllAsync("after", 10);
        await ManageAsync(bound, "after");
        (await bound.RequireTruthAsync()).Rows.Should().HaveCount(22);
    }

    /// <summary>Asks for JSON, for streams and for what is to be made once, in turn, and fails with the first request that does.</summary>
    private static async Task WorkAsync(BoundGateway bound, string name, CancellationToken over)
    {
        for (var i = 0; !over.IsCancellationRequested; i++)
        {
            if (i % 3 < 2)
                (await bound.AskAsync($"{name}-{i}", stream: i % 3 == 1)).Should().Be(HttpStatusCode.OK);
            else
                await AskOnceAsync(bound, $"{name}-{i}");
        }
    }

    private static async Task AskOnceAsync(BoundGateway bound, string name)
    {
        var answer = await bound.App.ChatAsync(BoundGateway.Body(new Script { Case = name }, stream: false), ("Idempotency-Key", name));
        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        bound.Acknowledged[name] = 0;
    }

    private static async Task AcknowledgedAsync(BoundGateway bound, int count, Task working)
    {
        await Eventually.TrueAsync(() => bound.Acknowledged.Count >= count || working.IsCompleted, s_patience, () => $"{count} answers");
        if (working.IsCompleted)
            await working;   // it ends by failing
    }

    /// <summary>What else is in the store is read and written: a key is made and used, every page is shown, a request is made once.</summary>
    private static async Task ManageAsync(BoundGateway bound, string name)
    {
        var admin = bound.Gateway.Caller(GatewayProcess.AdminKey);
        var made = await admin.PostAsync("/admin/v1/keys", $$"""{"name":"{{name}}","team":"crew"}""");
        made.Status.Should().Be(HttpStatusCode.Created, made.Text);
        var asked = $"by-{name}";
        (await bound.Gateway.Caller(made.Json.GetProperty("key").GetString()!).ChatAsync(BoundGateway.Body(new() { Case = asked }, stream: false))).Status.Should().Be(HttpStatusCode.OK);
        bound.Acknowledged[asked] = 0;
        foreach (var page in (string[])["keys", "ledger", "usage?group_by=key,day", "audit", "instances", "budgets"])
            (await admin.GetAsync($"/admin/v1/{page}")).Status.Should().Be(HttpStatusCode.OK, page);
        await AskOnceAsync(bound, $"once-{name}");
    }

    private static async Task RestartAsync(BoundGateway bound)
    {
        await StopAsync(bound);
        await bound.Gateway.StartAsync();
    }

    private static async Task StopAsync(BoundGateway bound)
    {
        bound.Gateway.Terminate();
        (await bound.Gateway.ExitCodeAsync(TimeSpan.FromSeconds(20))).Should().Be(0);
    }

    /// <summary>By the program's own migrator, as a newer version of it does.</summary>
    /// <returns>The tables that have more columns now.</returns>
    private static async Task<IReadOnlyList<string>> MigrateAsync(PostgresAddress database)
    {
        var tables = (string[])(await PostgresServer.ExecuteAsync(
            database, "SELECT array_agg(tablename::text ORDER BY tablename) FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_migrations'"))!;
        await using var connection = new NpgsqlConnection(PostgresServer.ConnectionString(database));
        await connection.OpenAsync();
        await PostgresMigrator.MigrateAsync(connection, [.. Migration.Of("Postgres"), .. Newer(tables, "bigint")], CancellationToken.None);
        return tables;
    }

    private static List<string> Migrate(string path)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'schema_version'";
        var tables = new List<string>();
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
                tables.Add(reader.GetString(0));
        }
        SqliteMigrator.Migrate(connection, [.. Migration.Of("Sqlite"), .. Newer(tables, "INTEGER")]);
        return tables;
    }

    /// <summary>What scripts may do, to every table there is: columns with a default and without, an index; and a table.</summary>
    private static IEnumerable<Migration> Newer(IReadOnlyList<string> tables, string number) =>
    [
        .. tables.Select((table, i) => new Migration(FirstNewer + i, $"{FirstNewer + i}_{table}.sql", $"""
            ALTER TABLE {table} ADD COLUMN newer_text TEXT;
            ALTER TABLE {table} ADD COLUMN newer_number {number} NOT NULL DEFAULT 1;
            CREATE INDEX {table}_newer ON {table} (newer_number);
            """)),
        new(FirstNewer + tables.Count, $"{FirstNewer + tables.Count}_newer.sql", $"CREATE TABLE newer (id {number} PRIMARY KEY)"),
    ];
}
