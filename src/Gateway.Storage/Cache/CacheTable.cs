using System.Data.Common;
using Gateway.Core.Stores;
using Gateway.Storage.Entities;
using Gateway.Storage.Ledger;

namespace Gateway.Storage.Cache;

/// <summary>The kept answers of a database, on a connection that the store has opened, in words that SQLite and PostgreSQL share.</summary>
internal static class CacheTable
{
    private const string Select = "SELECT head, body, expires_at FROM cache WHERE id = @id AND expires_at > @now";

    private const string Upsert = "INSERT INTO cache (id, head, body, size, expires_at) VALUES (@id, @head, @body, @size, @expires_at) "
        + "ON CONFLICT (id) DO UPDATE SET head = excluded.head, body = excluded.body, size = excluded.size, expires_at = excluded.expires_at";

    private const string Expired = "DELETE FROM cache WHERE id IN (SELECT id FROM cache WHERE expires_at <= @now ORDER BY expires_at LIMIT @limit)";

    /// <summary>Those behind which there is more than there may be, counted from the one that is good for longest.</summary>
    private const string Surplus = "DELETE FROM cache WHERE id IN (SELECT id FROM (SELECT id, expires_at, sum(size) OVER (ORDER BY expires_at DESC, id) AS through FROM cache) AS sized "
        + "WHERE through > @capacity ORDER BY expires_at LIMIT @limit)";

    /// <summary>What a row takes besides its text and its body.</summary>
    private const int Overhead = 100;

    public static async Task<StoredAnswer?> ReadAsync(DbConnection connection, ReadOnlyMemory<byte> id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = EntitySql.Command(connection, null, Select, ("@id", id.ToArray()), ("@now", LedgerColumns.ToMicros(now)));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new(id, reader.GetString(0), reader.GetFieldValue<byte[]>(1), LedgerColumns.FromMicros(reader.GetInt64(2)))
            : null;
    }

    public static async Task<int> WriteAsync(DbConnection connection, StoredAnswer answer, CancellationToken cancellationToken)
    {
        await using var command = EntitySql.Command(
            connection, null, Upsert,
            ("@id", answer.Id.ToArray()), ("@head", answer.Head), ("@body", answer.Body.ToArray()), ("@size", (long)answer.Head.Length + answer.Body.Length + Overhead),
            ("@expires_at", LedgerColumns.ToMicros(answer.ExpiresAt)));
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task<int> PruneAsync(DbConnection connection, DateTimeOffset now, long capacity, int limit, CancellationToken cancellationToken)
    {
        await using var expired = EntitySql.Command(connection, null, Expired, ("@now", LedgerColumns.ToMicros(now)), ("@limit", (long)limit));
        var deleted = await expired.ExecuteNonQueryAsync(cancellationToken);
        await using var surplus = EntitySql.Command(connection, null, Surplus, ("@capacity", capacity), ("@limit", (long)limit));
        return deleted + await surplus.ExecuteNonQueryAsync(cancellationToken);
    }
}
