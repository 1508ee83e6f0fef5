using Gateway.Core.Stores;
using Gateway.Storage.Cache;

namespace Gateway.Storage.Postgres;

/// <summary>Kept answers on the ledger's PostgreSQL server: what one gateway was answered, the others need not ask.</summary>
public sealed class PostgresCacheStore : ICacheStore
{
    /// <summary>One reads while another one writes.</summary>
    internal const int MaxConnections = 2;

    private readonly PostgresDatabase _database;

    /// <summary>Connects when it is first used.</summary>
    public PostgresCacheStore(PostgresAddress address) => _database = new(address, MaxConnections);

    /// <inheritdoc/>
    public ValueTask<StoredAnswer?> ReadAsync(ReadOnlyMemory<byte> id, DateTimeOffset now, CancellationToken cancellationToken) =>
        _database.RunAsync(connection => CacheTable.ReadAsync(connection, id, now, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask WriteAsync(StoredAnswer answer, CancellationToken cancellationToken) =>
        await _database.RunAsync(connection => CacheTable.WriteAsync(connection, answer, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<int> PruneAsync(DateTimeOffset now, long capacity, int limit, CancellationToken cancellationToken) =>
        _database.RunAsync(connection => CacheTable.PruneAsync(connection, now, capacity, limit, cancellationToken), cancellationToken);

    /// <summary>Closes the sessions.</summary>
    public ValueTask DisposeAsync() => _database.DisposeAsync();
}
