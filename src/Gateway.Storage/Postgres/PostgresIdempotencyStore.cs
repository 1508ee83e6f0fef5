using Gateway.Core.Stores;
using Gateway.Storage.Idempotency;

namespace Gateway.Storage.Postgres;

/// <summary>Idempotency records on the ledger's PostgreSQL server: a request that one gateway makes, the others do not make again.</summary>
public sealed class PostgresIdempotencyStore : IIdempotencyStore
{
    /// <summary>A claim and an answer at the same time; more of them wait for a session, each for as long as a connection may take.</summary>
    internal const int MaxConnections = 2;

    private readonly PostgresDatabase _database;
    private readonly IdempotencyTable _table;

    /// <summary>Connects when it is first used.</summary>
    /// <param name="owner">The process: a name that no other has or had.</param>
    public PostgresIdempotencyStore(PostgresAddress address, string owner)
    {
        _database = new(address, MaxConnections);
        _table = new(IdempotencySql.Postgres, owner);
    }

    /// <inheritdoc/>
    public async ValueTask MigrateAsync(CancellationToken cancellationToken) => await _database.RunAsync(
        async connection =>
        {
            await PostgresMigrator.MigrateAsync(connection, cancellationToken);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IdempotencyRecord?> ClaimAsync(IdempotencyClaim claim, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        _database.RunAsync(connection => _table.ClaimAsync(connection, claim, now, expiresAt, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> KeepAsync(IdempotencyClaim claim, KeptAnswer? answer, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        _database.RunAsync(connection => _table.KeepAsync(connection, claim, answer, expiresAt, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask ReleaseAsync(RunningClaim claim, CancellationToken cancellationToken) =>
        await _database.RunAsync(connection => IdempotencyTable.ReleaseAsync(connection, claim, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask RenewAsync(CancellationToken cancellationToken) =>
        await _database.RunAsync(connection => _table.RenewAsync(connection, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RunningClaim>> RunningAsync(CancellationToken cancellationToken) =>
        _database.RunAsync(connection => _table.RunningAsync(connection, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<int> PruneAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        _database.RunAsync(connection => _table.PruneAsync(connection, now, limit, cancellationToken), cancellationToken);

    /// <summary>Closes the sessions.</summary>
    public ValueTask DisposeAsync() => _database.DisposeAsync();
}
