using Gateway.Core.Stores;
using Gateway.Storage.Ledger;
using Npgsql;

namespace Gateway.Storage.Postgres;

/// <summary>Applies the numbered scripts that a database does not have yet, each in a transaction with its own mark, so that a kill costs one script at most.</summary>
/// <remarks>
/// Instances of several versions run side by side during an upgrade. So a script may only add: tables, indexes, and columns that are nullable or have a default. Statements name
/// the columns they know; an older instance therefore goes on reading and writing, and what it finds in <c>schema_migrations</c> beyond its own scripts is none of its business.
/// </remarks>
internal static class PostgresMigrator
{
    private static readonly IReadOnlyList<Migration> All = Migration.Of("Postgres");

    /// <summary>The version this program writes.</summary>
    public static int Latest => All[^1].Version;

    /// <exception cref="StoreException">The server refused.</exception>
    public static Task MigrateAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => MigrateAsync(connection, All, cancellationToken);

    internal static async Task MigrateAsync(NpgsqlConnection connection, IReadOnlyList<Migration> migrations, CancellationToken cancellationToken)
    {
        // Without a lock: an instance that has nothing to do needs no right to create anything.
        var applied = await AppliedAsync(connection, cancellationToken);
        foreach (var migration in migrations)
        {
            if (!applied.Contains(migration.Version))
                await ApplyAsync(connection, migration, cancellationToken);
        }
    }

    private static async Task ApplyAsync(NpgsqlConnection connection, Migration migration, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, Begin, cancellationToken);
        // Of several instances one applies the script and the others, when they get the lock, see it done.
        if ((await AppliedAsync(connection, cancellationToken)).Contains(migration.Version))
            return;
        await ExecuteAsync(connection, migration.Script, cancellationToken);
        await using var mark = new NpgsqlCommand("INSERT INTO schema_migrations (version, name) VALUES (@version, @name)", connection, transaction);
        mark.Parameters.AddWithValue("@version", migration.Version);
        mark.Parameters.AddWithValue("@name", migration.Name);
        await mark.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <remarks>
    /// The lock, "gateway" in ASCII, goes with the transaction, also when its process is killed; an instance whose machine is gone loses it after 10 s of silence.
    /// It is taken before the table of versions is made, because two sessions that make a table at once collide even with IF NOT EXISTS.
    /// </remarks>
    private const string Begin = PostgresDatabase.AllowLongStatements + """
        ;
        SET LOCAL idle_in_transaction_session_timeout = '10s';
        SELECT pg_advisory_xact_lock(29099075147620729);
        CREATE TABLE IF NOT EXISTS schema_migrations (
            version bigint PRIMARY KEY,
            name text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now());
        """;

    private static async Task<HashSet<long>> AppliedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var exists = new NpgsqlCommand("SELECT to_regclass('schema_migrations') IS NOT NULL", connection);
        if (await exists.ExecuteScalarAsync(cancellationToken) is not true)
            return [];
        await using var command = new NpgsqlCommand("SELECT version FROM schema_migrations", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var versions = new HashSet<long>();
        while (await reader.ReadAsync(cancellationToken))
            versions.Add(reader.GetInt64(0));
        return versions;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // The text is a constant or an embedded script.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = PostgresDatabase.LongTimeoutSeconds };
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
