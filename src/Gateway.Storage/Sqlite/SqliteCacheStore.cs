using Gateway.Core.Stores;
using Gateway.Storage.Cache;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Gateway.Storage.Sqlite;

/// <summary>Kept answers in the ledger's SQLite file: read on a connection that cannot write, written on another one that takes its turn with the ledger's writer.</summary>
public sealed class SqliteCacheStore : ICacheStore
{
    /// <summary>How long a statement waits for the ledger's writer, which holds the file for a batch at most.</summary>
    private const int BusyMs = 1000;

    private readonly SqliteDatabase _database;
    private readonly SemaphoreSlim _readTurn = new(1);
    private readonly SemaphoreSlim _writeTurn = new(1);
    private SqliteConnection? _reader;
    private SqliteConnection? _writer;

    /// <param name="path">The database file, which the ledger's store has made.</param>
    public SqliteCacheStore(string path) => _database = new(path);

    /// <inheritdoc/>
    public async ValueTask<StoredAnswer?> ReadAsync(ReadOnlyMemory<byte> id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await _readTurn.WaitAsync(cancellationToken);
        try
        {
            _reader ??= _database.OpenReader();
            return await CacheTable.ReadAsync(_reader, id, now, cancellationToken);
        }
        catch (SqliteException error)
        {
            _reader?.Dispose();
            _reader = null;
            throw _database.Explain(error);
        }
        finally
        {
            _readTurn.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(StoredAnswer answer, CancellationToken cancellationToken) =>
        await ChangeAsync(connection => CacheTable.WriteAsync(connection, answer, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<int> PruneAsync(DateTimeOffset now, long capacity, int limit, CancellationToken cancellationToken) =>
        ChangeAsync(connection => CacheTable.PruneAsync(connection, now, capacity, limit, cancellationToken), cancellationToken);

    public ValueTask DisposeAsync()
    {
        _reader?.Dispose();
        _writer?.Dispose();
        _readTurn.Dispose();
        _writeTurn.Dispose();
        return ValueTask.CompletedTask;
    }

    private async ValueTask<int> ChangeAsync(Func<SqliteConnection, Task<int>> change, CancellationToken cancellationToken)
    {
        await _writeTurn.WaitAsync(cancellationToken);
        try
        {
            _writer ??= OpenWriter();
            return await change(_writer);
        }
        catch (SqliteException error)
        {
            // The next one begins with a fresh connection: what was wrong with this one may not be wrong with the file.
            _writer?.Dispose();
            _writer = null;
            throw _database.Explain(error);
        }
        finally
        {
            _writeTurn.Release();
        }
    }

    private SqliteConnection OpenWriter()
    {
        var connection = _database.OpenWriter();
        raw.sqlite3_busy_timeout(connection.Handle, BusyMs);
        // What is lost here is a miss: no commit of a cached answer waits for the disk. The ledger's own connections have their own setting.
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA synchronous = NORMAL";
        command.ExecuteNonQuery();
        return connection;
    }
}
