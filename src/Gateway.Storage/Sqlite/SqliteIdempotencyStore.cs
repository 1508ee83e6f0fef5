using Gateway.Core.Stores;
using Gateway.Storage.Idempotency;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Gateway.Storage.Sqlite;

/// <summary>Idempotency records in the ledger's SQLite file, on one connection of their own that takes its turn with the ledger's writer.</summary>
public sealed class SqliteIdempotencyStore : IIdempotencyStore
{
    /// <summary>How long a statement waits for the ledger's writer, which holds the file for a batch at most.</summary>
    private const int BusyMs = 2500;

    /// <summary>How long one waits for those before it: a file that is stuck is said to be, and not a queue without end.</summary>
    private const int TurnMs = 3000;

    private readonly SqliteDatabase _database;
    private readonly IdempotencyTable _table;
    private readonly SemaphoreSlim _turn = new(1);
    private SqliteConnection? _connection;

    /// <param name="path">The database file; it and its directory are made by <see cref="MigrateAsync"/>.</param>
    /// <param name="owner">The process: a name that no other has or had.</param>
    public SqliteIdempotencyStore(string path, string owner)
    {
        _database = new(path);
        _table = new(IdempotencySql.Sqlite, owner);
    }

    /// <inheritdoc/>
    /// <exception cref="StoreException">The file cannot be opened or written, is no database, or needs a newer program.</exception>
    public async ValueTask MigrateAsync(CancellationToken cancellationToken) => await RunAsync(
        static connection =>
        {
            SqliteMigrator.Migrate(connection);
            return Task.FromResult(true);
        },
        cancellationToken);

    /// <inheritdoc/>
    /// <remarks>Durable when it returns, as all of these: synchronous=FULL.</remarks>
    public ValueTask<IdempotencyRecord?> ClaimAsync(IdempotencyClaim claim, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        RunAsync(connection => _table.ClaimAsync(connection, claim, now, expiresAt, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> KeepAsync(IdempotencyClaim claim, KeptAnswer? answer, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        RunAsync(connection => _table.KeepAsync(connection, claim, answer, expiresAt, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask ReleaseAsync(RunningClaim claim, CancellationToken cancellationToken) =>
        await RunAsync(connection => IdempotencyTable.ReleaseAsync(connection, claim, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    /// <remarks>Nobody else could look: a file belongs to one process.</remarks>
    public ValueTask RenewAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RunningClaim>> RunningAsync(CancellationToken cancellationToken) =>
        RunAsync(connection => _table.RunningAsync(connection, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<int> PruneAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        RunAsync(connection => _table.PruneAsync(connection, now, limit, cancellationToken), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _turn.Dispose();
    }

    private async ValueTask<T> RunAsync<T>(Func<SqliteConnection, Task<T>> use, CancellationToken cancellationToken)
    {
        if (!await _turn.WaitAsync(TurnMs, cancellationToken))
            throw new StoreException($"The store sqlite:{_database.Path} does not keep up with what is asked of it: look at its disk, and at who else has it open.");
        try
        {
            _connection ??= Open();
            return await use(_connection);
        }
        catch (SqliteException error)
        {
            // The next one begins with a fresh connection: what was wrong with this one may not be wrong with the file.
            await CloseAsync();
            throw _database.Explain(error);
        }
        finally
        {
            _turn.Release();
        }
    }

    private SqliteConnection Open()
    {
        var connection = _database.OpenWriter();
        raw.sqlite3_busy_timeout(connection.Handle, BusyMs);
        return connection;
    }

    private async ValueTask CloseAsync()
    {
        if (_connection is not null)
            await _connection.DisposeAsync();
        _connection = null;
    }
}
