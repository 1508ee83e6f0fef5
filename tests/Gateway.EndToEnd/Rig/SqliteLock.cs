using Microsoft.Data.Sqlite;

namespace Gateway.EndToEnd.Rig;

/// <summary>Holds a SQLite database as another process would that writes: who else wants to write gets SQLITE_BUSY until this is disposed of.</summary>
public sealed class SqliteLock : IAsyncDisposable
{
    private readonly SqliteConnection _connection;

    private SqliteLock(SqliteConnection connection) => _connection = connection;

    public static async Task<SqliteLock> TakeAsync(string database)
    {
        var taken = new SqliteLock(new($"Data Source={database};Pooling=False"));
        await taken._connection.OpenAsync();
        await using var begin = taken._connection.CreateCommand();
        begin.CommandText = "BEGIN EXCLUSIVE";
        await begin.ExecuteNonQueryAsync();
        return taken;
    }

    /// <summary>Rows in the ledger; a lock does not keep anybody from reading them.</summary>
    public static async Task<long> CountAsync(string database)
    {
        await using var connection = new SqliteConnection($"Data Source={database};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync();
        await using var count = connection.CreateCommand();
        count.CommandText = "SELECT count(*) FROM ledger";
        return (long)(await count.ExecuteScalarAsync())!;
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
