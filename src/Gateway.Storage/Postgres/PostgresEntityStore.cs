using Gateway.Core.Stores;
using Gateway.Storage.Entities;
using Npgsql;

namespace Gateway.Storage.Postgres;

/// <summary>Entities on the ledger's PostgreSQL server, which several gateways share: each hears of the others' changes.</summary>
public sealed class PostgresEntityStore : IEntityStore
{
    /// <summary>One session listens, one changes, one answers.</summary>
    internal const int MaxConnections = 3;

    /// <summary>How often the sequence is looked at, whatever was heard: a pool between us and the server (PgBouncer) may keep notifications to itself.</summary>
    /// <remarks>500 ms: every instance has a change within a second.</remarks>
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);

    private readonly PostgresDatabase _database;

    /// <summary>Connects when it is first used.</summary>
    public PostgresEntityStore(PostgresAddress address) => _database = new(address, MaxConnections);

    /// <inheritdoc/>
    public async ValueTask MigrateAsync(CancellationToken cancellationToken) => await _database.RunAsync(
        async connection =>
        {
            await PostgresMigrator.MigrateAsync(connection, cancellationToken);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<EntityWritten> WriteAsync(EntityChange change, CancellationToken cancellationToken) => _database.RunAsync(
        async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var written = await new EntityWriter(connection, transaction).WriteAsync(change, cancellationToken);
            if (!written.IsDone)
                return written;
            // Delivered with the commit.
            await using var notify = new NpgsqlCommand("NOTIFY gateway_entities", connection, transaction);
            await notify.ExecuteNonQueryAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return written;
        },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<EntitySet> ReadAllAsync(IReadOnlyList<string> kinds, CancellationToken cancellationToken) =>
        QueryAsync(reader => reader.AllAsync(kinds, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Entity?> ReadAsync(string kind, string name, CancellationToken cancellationToken) =>
        QueryAsync(reader => reader.OneAsync(kind, PostgresText.Storable(name), cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<PromptVersionRow>> ReadVersionsAsync(IReadOnlyList<PromptVersionRange> ranges, CancellationToken cancellationToken) =>
        QueryAsync(reader => reader.VersionsAsync(ranges, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<PromptVersionHead>> ReadVersionHeadsAsync(string prompt, int below, int limit, CancellationToken cancellationToken) =>
        QueryAsync(reader => reader.VersionHeadsAsync(PostgresText.Storable(prompt), below, limit, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<AuditPage> ReadAuditAsync(AuditQuery query, CancellationToken cancellationToken)
    {
        var storable = query with { Kind = Storable(query.Kind), Name = Storable(query.Name), Actor = Storable(query.Actor) };
        return QueryAsync(reader => reader.AuditAsync(storable, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask WaitForChangeAsync(long sequence, CancellationToken cancellationToken) => await _database.RunAsync(
        async connection =>
        {
            await using (var listen = new NpgsqlCommand("LISTEN gateway_entities", connection))
                await listen.ExecuteNonQueryAsync(cancellationToken);
            // Read after listening began: a change in between is heard.
            while (await new EntityReader(connection, null).SequenceAsync(cancellationToken) <= sequence)
                await connection.WaitAsync(PollInterval, cancellationToken);
            await using var stop = new NpgsqlCommand("UNLISTEN gateway_entities", connection);
            await stop.ExecuteNonQueryAsync(cancellationToken);
            return true;
        },
        cancellationToken,
        isEndless: true);

    /// <summary>Closes the sessions.</summary>
    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private static string? Storable(string? text) => text is null ? null : PostgresText.Storable(text);

    /// <remarks>One snapshot of the database, in a transaction that cannot write.</remarks>
    private ValueTask<T> QueryAsync<T>(Func<EntityReader, Task<T>> read, CancellationToken cancellationToken) => _database.RunAsync(
        async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await using (var kind = new NpgsqlCommand("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY", connection, transaction))
                await kind.ExecuteNonQueryAsync(cancellationToken);
            var result = await read(new(connection, transaction));
            await transaction.CommitAsync(cancellationToken);
            return result;
        },
        cancellationToken);
}
