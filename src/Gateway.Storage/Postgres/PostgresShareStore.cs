using Gateway.Core.Stores;
using Npgsql;
using NpgsqlTypes;

namespace Gateway.Storage.Postgres;

/// <summary>Leases of limits on the ledger's PostgreSQL server.</summary>
/// <remarks>
/// A batch of statements without a transaction of its own is one: it is sent as a whole and ends with one commit. Each statement sees what was committed before it began, so the one that
/// grants, coming after the locks, sees what every other gateway was granted.
/// </remarks>
public sealed class PostgresShareStore : IShareStore
{
    /// <summary>One session exchanges, one answers the admin API, one gives back what dead gateways had.</summary>
    internal const int MaxConnections = 3;

    private readonly PostgresDatabase _database;

    private readonly TimeSpan _usedAfter;

    /// <summary>Connects when it is first used.</summary>
    /// <param name="usedAfter">What a gateway has of limits counts as used when it is silent for so long.</param>
    public PostgresShareStore(PostgresAddress address, TimeSpan usedAfter) => (_database, _usedAfter) = (new(address, MaxConnections), usedAfter);

    /// <inheritdoc/>
    public async ValueTask MigrateAsync(CancellationToken cancellationToken) => await _database.RunAsync(
        async connection =>
        {
            await PostgresMigrator.MigrateAsync(connection, cancellationToken);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ShareAnswer> ExchangeAsync(Instance instance, bool isFirst, long number, IReadOnlyList<ShareRequest> requests, CancellationToken cancellationToken) => _database.RunAsync(
        async connection =>
        {
            await using var batch = new NpgsqlBatch(connection);
            batch.BatchCommands.Add(ShareSql.Seen(instance));
            if (isFirst)
                batch.BatchCommands.Add(ShareSql.Reset(instance.Id, number));
            var wishes = requests.Where(static r => r.Asked > 0 || r.Likes > 0).Select(static r => r.Name).ToArray();
            if (wishes.Length > 0)
                batch.BatchCommands.Add(ShareSql.Lock(wishes));
            if (requests.Count > 0)
                batch.BatchCommands.Add(ShareSql.Grant(instance.Id, number, _usedAfter, requests));
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            var isSomebodyElse = !isFirst && !reader.IsDBNull(0) && reader.GetInt64(0) != ShareSql.Micros(instance.StartedAt);
            TimeSpan? silence = reader.IsDBNull(1) ? null : TimeSpan.FromMicroseconds(reader.GetInt64(1));
            var grants = new List<ShareGrant>(requests.Count);
            while (requests.Count > 0 && reader.GetName(0) != ShareSql.GrantColumn)
                await reader.NextResultAsync(cancellationToken);
            while (requests.Count > 0 && await reader.ReadAsync(cancellationToken))
                grants.Add(new(reader.GetInt64(0), reader.GetInt64(1), new(reader.GetInt64(2), reader.GetInt64(3))));
            // To the end of the batch: that it was committed is known only then.
            await reader.CloseAsync();
            return isSomebodyElse
                ? throw new StoreException($"Another gateway runs under the name '{instance.Id}' of this one: the journal of one is a copy of the other's. Stop one, delete the file 'instance' in its journal's directory, and start it again.")
                : new ShareAnswer(silence, grants);
        },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long> LastNumberAsync(string instance, CancellationToken cancellationToken) => _database.RunAsync(
        async connection =>
        {
            await using var command = new NpgsqlCommand("SELECT coalesce(max(said), 0) FROM limit_lease WHERE instance = $1", connection) { Parameters = { ShareSql.Text(instance) } };
            return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        },
        cancellationToken);

    /// <inheritdoc/>
    public async ValueTask AdoptAsync(IReadOnlyList<PastUse> uses, CancellationToken cancellationToken) => await _database.RunAsync(
        async connection =>
        {
            await using var batch = new NpgsqlBatch(connection);
            batch.BatchCommands.Add(ShareSql.Lock(uses.Select(static u => u.Name)));
            batch.BatchCommands.Add(ShareSql.Adopt(uses));
            return await batch.ExecuteNonQueryAsync(cancellationToken);
        },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ShareOfOthers>> OthersAsync(string instance, IReadOnlyList<ShareSpan> spans, CancellationToken cancellationToken) => _database.RunAsync(
        async connection =>
        {
            await using var command = ShareSql.Others(instance, _usedAfter, spans);
            command.Connection = connection;
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var others = new List<ShareOfOthers>(spans.Count);
            while (await reader.ReadAsync(cancellationToken))
                others.Add(new(reader.GetInt64(0), reader.GetInt64(1)));
            return (IReadOnlyList<ShareOfOthers>)others;
        },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Lease>> LeasesAsync(CancellationToken cancellationToken) => _database.RunAsync(
        async connection =>
        {
            await using var command = new NpgsqlCommand(ShareSql.Leases, connection);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var leases = new List<Lease>();
            while (await reader.ReadAsync(cancellationToken))
                leases.Add(new(reader.GetString(0), reader.GetInt64(1), reader.GetString(2), reader.GetInt64(3), reader.GetInt64(4)));
            return (IReadOnlyList<Lease>)leases;
        },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<InstanceStatus>> InstancesAsync(CancellationToken cancellationToken) => _database.RunAsync(
        async connection =>
        {
            await using var command = new NpgsqlCommand(ShareSql.Instances, connection);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var instances = new List<InstanceStatus>();
            while (await reader.ReadAsync(cancellationToken))
                instances.Add(new(
                    new(reader.GetString(0), reader.GetString(1), reader.GetString(2), ShareSql.Instant(reader.GetInt64(3)), reader.IsDBNull(4) ? null : TimeSpan.FromMicroseconds(reader.GetInt64(4))),
                    ShareSql.Instant(reader.GetInt64(5)), ShareSql.Instant(reader.GetInt64(6)), reader.GetInt64(7)));
            return (IReadOnlyList<InstanceStatus>)instances;
        },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long?> ReleaseAsync(string instance, TimeSpan deadAfter, IReadOnlyList<LedgerSpend> spent, CancellationToken cancellationToken) =>
        NumberAsync(ShareSql.Release(instance, deadAfter, spent), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<bool> ForgetAsync(string instance, TimeSpan deadAfter, CancellationToken cancellationToken) => await NumberAsync(ShareSql.Forget(instance, deadAfter), cancellationToken) > 0;

    /// <inheritdoc/>
    public ValueTask<int> PruneAsync(DateTimeOffset before, CancellationToken cancellationToken) => _database.RunAsync(
        async connection =>
        {
            await using var command = new NpgsqlCommand(ShareSql.Prune, connection);
            command.Parameters.Add(new() { Value = ShareSql.Micros(before), NpgsqlDbType = NpgsqlDbType.Bigint });
            return await command.ExecuteNonQueryAsync(cancellationToken);
        },
        cancellationToken);

    /// <param name="command">Gives one number or none.</param>
    private ValueTask<long?> NumberAsync(NpgsqlBatchCommand command, CancellationToken cancellationToken) => _database.RunAsync(
        async connection =>
        {
            await using var batch = new NpgsqlBatch(connection) { BatchCommands = { command } };
            return (long?)await batch.ExecuteScalarAsync(cancellationToken);
        },
        cancellationToken);

    /// <summary>Closes the sessions.</summary>
    public ValueTask DisposeAsync() => _database.DisposeAsync();
}
