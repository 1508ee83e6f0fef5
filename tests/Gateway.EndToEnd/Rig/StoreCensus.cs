using System.Data.Common;
using Gateway.TestSupport;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Gateway.EndToEnd.Rig;

/// <summary>How many rows each table of a store has, asked past the gateway.</summary>
public static class StoreCensus
{
    public static async Task<IReadOnlyDictionary<string, long>> TakeAsync(TestStore store, TempFolder folder)
    {
        await using DbConnection connection = store.Database is { } database
            ? new NpgsqlConnection(PostgresServer.ConnectionString(database))
            : new SqliteConnection($"Data Source={folder.File("gateway.db")};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync();
        var tables = await ReadAsync(connection, store.Database is null
            ? "SELECT name, 0 FROM sqlite_master WHERE type = 'table'"
            : "SELECT table_schema || '.' || table_name, 0 FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema')");
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var table in tables.Keys)
            counts[table[(table.IndexOf('.', StringComparison.Ordinal) + 1)..]] = (await ReadAsync(connection, $"SELECT '', count(*) FROM {table}"))[""];
        return counts;
    }

    private static async Task<Dictionary<string, long>> ReadAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The tests' own statements, over names of our own tables.
        command.CommandText = sql;
#pragma warning restore CA2100
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new Dictionary<string, long>();
        while (await reader.ReadAsync())
            rows[reader.GetString(0)] = reader.GetInt64(1);
        return rows;
    }
}
