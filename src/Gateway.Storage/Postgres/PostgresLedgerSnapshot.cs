using System.Data;
using System.Data.Common;
using Gateway.Core.Stores;
using Gateway.Storage.Ledger;
using Npgsql;

namespace Gateway.Storage.Postgres;

/// <summary>The ledger as of the first query: one session in a transaction that sees what was committed by then. The server keeps no lock for it.</summary>
internal sealed class PostgresLedgerSnapshot : ILedgerSnapshot, ILedgerSession
{
    private readonly PostgresDatabase _database;
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;
    private readonly LedgerReads _reads;

    private PostgresLedgerSnapshot(PostgresDatabase database, NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        (_database, _connection, _transaction) = (database, connection, transaction);
        _reads = new(this, PostgresLedgerStore.Dialect);
    }

    public static async ValueTask<ILedgerSnapshot> OpenAsync(PostgresDatabase database, CancellationToken cancellationToken)
    {
        var connection = await database.OpenAsync(cancellationToken);
        try
        {
            return await database.ExplainedAsync(
                async () =>
                {
                    var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
                    await PostgresDatabase.BeginReadAsync(transaction, cancellationToken);
                    return new PostgresLedgerSnapshot(database, connection, transaction);
                },
                cancellationToken);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public ValueTask<LedgerPage> ReadAsync(LedgerQuery query, CancellationToken cancellationToken) => _reads.ReadAsync(query, cancellationToken);

    public ValueTask<IReadOnlyList<UsageSum>> SumAsync(UsageQuery query, CancellationToken cancellationToken) => _reads.SumAsync(query, cancellationToken);

    public ValueTask<IReadOnlyList<PriceLine>> PricesAsync(CancellationToken cancellationToken) => _reads.PricesAsync(cancellationToken);

    public ValueTask<IReadOnlyList<CorrectedRow>> CorrectionsAsync(CancellationToken cancellationToken) => _reads.CorrectionsAsync(cancellationToken);

    public ValueTask<T> QueryAsync<T>(Func<DbCommand, Task<T>> read, CancellationToken cancellationToken) => _database.ExplainedAsync(
        async () =>
        {
            await using var command = new NpgsqlCommand { Connection = _connection, Transaction = _transaction, CommandTimeout = PostgresDatabase.LongTimeoutSeconds };
            return await read(command);
        },
        cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
