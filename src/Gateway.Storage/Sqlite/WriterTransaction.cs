using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Gateway.Storage.Sqlite;

/// <summary>A transaction of the connection that writes. A database that somebody else has locked fails it as soon as it fails a batch of rows; ADO.NET's own would go on asking for the seconds of a command's timeout.</summary>
internal readonly ref struct WriterTransaction
{
    private readonly sqlite3 _database;

    private WriterTransaction(sqlite3 database) => _database = database;

    public static WriterTransaction Begin(SqliteConnection connection)
    {
        var transaction = new WriterTransaction(connection.Handle ?? throw new InvalidOperationException("the connection is not open"));
        transaction.Run("BEGIN IMMEDIATE");
        return transaction;
    }

    public void Commit() => Run("COMMIT");

    /// <summary>Takes back what was not committed.</summary>
    public void Dispose()
    {
        // After some errors SQLite has rolled back by itself.
        if (raw.sqlite3_get_autocommit(_database) == 0)
            Run("ROLLBACK");
    }

    private void Run(string sql) => SqliteException.ThrowExceptionForRC(raw.sqlite3_exec(_database, sql), _database);
}
