using Gateway.Core.Stores;
using Gateway.Storage.Ledger;
using Microsoft.Data.Sqlite;

namespace Gateway.Storage.Sqlite;

/// <summary>Applies the numbered scripts that a database does not have yet, each in a transaction with its own mark, so that a kill costs one script at most.</summary>
/// <remarks>
/// A script only adds, as PostgreSQL's do: whoever goes back to an older program goes on with the same file, and loses nothing that was booked meanwhile. One that cannot be written like that has to
/// set <c>PRAGMA user_version</c> to its number: programs that do not know it refuse the file then.
/// </remarks>
internal static class SqliteMigrator
{
    private static readonly IReadOnlyList<Migration> All = Migration.Of("Sqlite");

    /// <summary>The version this program writes.</summary>
    public static int Latest => All[^1].Version;

    /// <exception cref="StoreException">A newer program has changed the database into what this one cannot read.</exception>
    public static void Migrate(SqliteConnection connection) => Migrate(connection, All);

    internal static void Migrate(SqliteConnection connection, IReadOnlyList<Migration> migrations)
    {
        if (Number(connection, null, "PRAGMA user_version") is var needed && needed > migrations[^1].Version)
            throw new StoreException(
                $"The database {connection.DataSource} needs a program that knows schema version {needed}, this one knows up to {migrations[^1].Version}: run the newer version, or restore a backup.");
        Execute(connection, null, "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY, name TEXT NOT NULL)");
        foreach (var migration in migrations)
            Apply(connection, migration);
    }

    private static void Apply(SqliteConnection connection, Migration migration)
    {
        // Not deferred: the write lock is taken first, so that of two processes one applies the script and the other sees it done.
        using var transaction = connection.BeginTransaction(deferred: false);
        if (Number(connection, transaction, "SELECT coalesce(max(version), 0) FROM schema_version") >= migration.Version)
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

    private static long Number(SqliteConnection connection, SqliteTransaction? transaction, string sql)
    {
        using var command = Command(connection, transaction, sql);
        return (long)command.ExecuteScalar()!;
    }

    private static void Execute(SqliteConnection connection, SqliteTransaction? transaction, string sql)
    {
        using var command = Command(connection, transaction, sql);
        command.ExecuteNonQuery();
    }

    private static SqliteCommand Command(SqliteConnection connection, SqliteTransaction? transaction, string sql)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // The text is a constant or an embedded script.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }
}
