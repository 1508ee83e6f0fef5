using Gateway.Core.Stores;
using Gateway.Storage.Ledger;
using Microsoft.Data.Sqlite;

namespace Gateway.Storage.Sqlite;

/// <summary>Applies the numbered scripts that a database does not have yet, each in a transaction with its own mark, so that a kill costs one script at most.</summary>
internal static class SqliteMigrator
{
    private static readonly IReadOnlyList<Migration> All = Migration.Of("Sqlite");

    /// <summary>The version this program writes.</summary>
    public static int Latest => All[^1].Version;

    /// <exception cref="StoreException">The database was made by a newer program.</exception>
    public static void Migrate(SqliteConnection connection)
    {
        Execute(connection, null, "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY, name TEXT NOT NULL)");
        if (CurrentVersion(connection, null) is var current && current > Latest)
            throw new StoreException(
                $"The database {connection.DataSource} has schema version {current}, this program knows up to {Latest}: run the newer version, or restore a backup.");
        foreach (var migration in All)
            Apply(connection, migration);
    }

    private static void Apply(SqliteConnection connection, Migration migration)
    {
        // Not deferred: the write lock is taken first, so that of two processes one applies the script and the other sees it done.
        using var transaction = connection.BeginTransaction(deferred: false);
        if (CurrentVersion(connection, transaction) >= migration.Version)
            return;
        Execute(connection, transaction, migration.Script);
        using var mark = connection.CreateCommand();
        mark.Transaction = transaction;
        mark.CommandText = "INSERT INTO schema_version (version, name) VALUES ($version, $name)";
        mark.Parameters.AddWithValue("$version", migration.Version);
        mark.Parameters.AddWithValue("$name", migration.Name);
        mark.ExecuteNonQuery();
        transaction.Commit();
    }

    private static long CurrentVersion(SqliteConnection connection, SqliteTransaction? transaction)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "SELECT coalesce(max(version), 0) FROM schema_version";
        return (long)command.ExecuteScalar()!;
    }

    private static void Execute(SqliteConnection connection, SqliteTransaction? transaction, string sql)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // The text is a constant or an embedded script.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
