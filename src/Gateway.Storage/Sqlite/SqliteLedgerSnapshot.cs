using System.Data.Common;
using Gateway.Core.Stores;
using Gateway.Storage.Ledger;
using Microsoft.Data.Sqlite;

namespace Gateway.Storage.Sqlite;

/// <summary>The ledger as of the first query: one connection in a transaction that reads. The write-ahead log grows as long as it is open.</summary>
internal sealed class SqliteLedgerSnapshot : ILedgerSnapshot, ILedgerSession
{
    private readonly SqliteDatabase _database;
    private readonly SqliteConnection _connection;
    private readonly SqliteTransaction _transaction;
    private readonly LedgerReads _reads;

    private SqliteLedgerSnapshot(SqliteDatabase database, SqliteConnection connection, SqliteTransaction transaction)
    {
        (_database, _connection, _transaction) = (database, connection, transaction);
        _reads = new(this, SqliteLedgerStore.Dialect);
    }

    public static SqliteLedgerSnapshot Open(SqliteDatabase database)
    {
        var connection = database.OpenReader();
        try
        {
            return new(database, connection, connection.BeginTransaction(deferred: true));
        }
        catch (SqliteException error)
        {
            connection.Dispose();
            throw database.Explain(error);
        }
    }

    public ValueTask<LedgerPage> ReadAsync(LedgerQuery query, CancellationToken cancellationToken) => _reads.ReadAsync(query, cancellationToken);

    public ValueTask<IReadOnlyList<UsageSum>> SumAsync(UsageQuery query, CancellationToken cancellationToken) => _reads.SumAsync(query, cancellationToken);

    public ValueTask<IReadOnlyList<PriceLine>> PricesAsync(CancellationToken cancellationToken) => _reads.PricesAsync(cancellationToken);

    public ValueTask<IReadOnlyList<CorrectedRow>> CorrectionsAsync(CancellationToken cancellationToken) => _reads.CorrectionsAsync(cancellationToken);

    public ValueTask<T> QueryAsync<T>(Func<DbCommand, Task<T>> read, CancellationToken cancellationToken) => _database.QueryAsync(_connection, read, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
