using System.Data.Common;
using Gateway.Core.Stores;
using Gateway.Storage.Ledger;
using Npgsql;

namespace Gateway.Storage.Postgres;

/// <summary>The ledger on a PostgreSQL server, which several gateways can share: one session writes, at most six answer queries beside it.</summary>
public sealed class PostgresLedgerStore : ILedgerStore, ILedgerSession
{
    /// <summary>What an application says twice is said once. The server cannot make a text of an escaped U+0000; one such tag must not fail the query.</summary>
    internal static readonly LedgerDialect Dialect = new(
        @"(SELECT a.*, named.tag COLLATE ""C"" AS tag FROM ledger_all AS a LEFT JOIN LATERAL "
        + @"(SELECT DISTINCT each.tag FROM json_array_elements_text(replace(a.tags, '\u0000', '\uFFFD')::json) AS each(tag)) AS named ON TRUE) AS tagged",
        PostgresText.Storable);

    private readonly PostgresDatabase _database;
    private readonly LedgerReads _reads;
    private readonly LedgerInsert _insert = new();
    private readonly SemaphoreSlim _writing = new(1);
    /// <summary>However many ask, a session is left for the writer and one for a snapshot.</summary>
    private const int MaxQueries = PostgresDatabase.MaxConnections - 2;

    private readonly SemaphoreSlim _querying = new(MaxQueries);

    /// <summary>Connects when it is first used.</summary>
    public PostgresLedgerStore(PostgresAddress address)
    {
        _database = new(address);
        _reads = new(this, Dialect);
    }

    /// <inheritdoc/>
    /// <exception cref="StoreException">The server cannot be reached, refuses, or lacks rights for this user.</exception>
    public async ValueTask MigrateAsync(CancellationToken cancellationToken) => await _database.RunAsync(
        async connection =>
        {
            await PostgresMigrator.MigrateAsync(connection, cancellationToken);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    /// <remarks>Durable when it returns, as far as the server keeps its promise: <c>fsync</c> and <c>synchronous_commit</c> are its settings.</remarks>
    /// <exception cref="StoreException">All rows were written or none, and which of the two is not known; the same batch can be tried again.</exception>
    public async ValueTask<int> AppendAsync(IReadOnlyList<LedgerRow> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
            return 0;
        await _writing.WaitAsync(cancellationToken);
        try
        {
            return await _database.RunAsync(connection => _insert.WriteAsync(connection, rows, cancellationToken), cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The cursor is none; check it with <see cref="LedgerCursor.TryParse"/> first.</exception>
    /// <exception cref="StoreException">The query failed.</exception>
    public ValueTask<LedgerPage> ReadAsync(LedgerQuery query, CancellationToken cancellationToken) => _reads.ReadAsync(query, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="StoreException">The query failed.</exception>
    public ValueTask<IReadOnlyList<UsageSum>> SumAsync(UsageQuery query, CancellationToken cancellationToken) => _reads.SumAsync(query, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="StoreException">The query failed.</exception>
    public ValueTask<IReadOnlyList<PriceLine>> PricesAsync(CancellationToken cancellationToken) => _reads.PricesAsync(cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="StoreException">The query failed.</exception>
    public ValueTask<IReadOnlyList<CorrectedRow>> CorrectionsAsync(CancellationToken cancellationToken) => _reads.CorrectionsAsync(cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="StoreException">The store cannot be reached.</exception>
    public async ValueTask<ILedgerSnapshot> SnapshotAsync(CancellationToken cancellationToken) => await PostgresLedgerSnapshot.OpenAsync(_database, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="StoreException">All were added up or none, and which of the two is not known; it can be tried again.</exception>
    public ValueTask<int> CompactAsync(DateTimeOffset before, int batch, CancellationToken cancellationToken) => _database.RunAsync(
        async connection =>
        {
            await using var command = new NpgsqlCommand(LedgerDays.Move, connection);
            command.Parameters.AddWithValue("@before", LedgerColumns.ToMicros(before));
            command.Parameters.AddWithValue("@batch", batch);
            return (int)(long)(await command.ExecuteScalarAsync(cancellationToken))!;
        },
        cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="StoreException">It is not known whether they were saved; they can be saved again.</exception>
    public async ValueTask SavePricesAsync(IReadOnlyList<PriceLine> prices, CancellationToken cancellationToken) =>
        await _database.RunAsync(connection => PostgresPrices.SaveAsync(connection, prices, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="StoreException">All were corrected or none; those that were are not corrected again.</exception>
    public ValueTask<int> CorrectAsync(IReadOnlyList<CostCorrection> corrections, DateTimeOffset at, CancellationToken cancellationToken) =>
        _database.RunAsync(connection => PostgresPrices.CorrectAsync(connection, corrections, at, cancellationToken), cancellationToken);

    /// <summary>Closes the sessions.</summary>
    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _writing.Dispose();
        _querying.Dispose();
    }

    async ValueTask<T> ILedgerSession.QueryAsync<T>(Func<DbCommand, Task<T>> read, CancellationToken cancellationToken)
    {
        if (!await _querying.WaitAsync(TimeSpan.FromSeconds(PostgresDatabase.TimeoutSeconds), cancellationToken))
            throw new StoreException($"The store is answering {MaxQueries} queries already: ask again later.");
        try
        {
            return await _database.RunAsync(connection => ReadAsync(connection, read, cancellationToken), cancellationToken);
        }
        finally
        {
            _querying.Release();
        }
    }

    /// <summary>In a transaction that cannot write, whatever is in the query's parameters.</summary>
    private static async Task<T> ReadAsync<T>(NpgsqlConnection connection, Func<DbCommand, Task<T>> read, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await PostgresDatabase.BeginReadAsync(transaction, cancellationToken);
        await using var command = new NpgsqlCommand { Connection = connection, Transaction = transaction, CommandTimeout = PostgresDatabase.LongTimeoutSeconds };
        var result = await read(command);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }
}
