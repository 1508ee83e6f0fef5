using Gateway.Core.Stores;
using Gateway.Storage.Entities;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Gateway.Storage.Sqlite;

/// <summary>Entities in the ledger's SQLite file. Changes are rare: each opens a connection, takes its turn with the ledger's writer, and closes it.</summary>
public sealed class SqliteEntityStore : IEntityStore
{
    /// <summary>How long a change waits for the ledger's writer, which holds the file for a batch at most.</summary>
    private const int BusyMs = 5000;

    /// <summary>How long a change waits for those before it: a file that is stuck is said to be, and not a queue without end.</summary>
    private const int TurnMs = 3000;

    private readonly SqliteDatabase _database;
    private readonly SemaphoreSlim _writing = new(1);
    private TaskCompletionSource _changed = NewSignal();

    /// <param name="path">The database file; it and its directory are made by <see cref="MigrateAsync"/>.</param>
    public SqliteEntityStore(string path) => _database = new(path);

    /// <inheritdoc/>
    /// <exception cref="StoreException">The file cannot be opened or written, is no database, or needs a newer program.</exception>
    public async ValueTask MigrateAsync(CancellationToken cancellationToken) => await WriterAsync(
        static connection =>
        {
            SqliteMigrator.Migrate(connection);
            return Task.FromResult(true);
        },
        cancellationToken);

    /// <inheritdoc/>
    /// <remarks>Durable when it returns: synchronous=FULL.</remarks>
    /// <exception cref="StoreException">Nothing was changed.</exception>
    public async ValueTask<EntityWritten> WriteAsync(EntityChange change, CancellationToken cancellationToken)
    {
        var written = await WriterAsync(
            async connection =>
            {
                await using var transaction = connection.BeginTransaction(deferred: false);
                var written = await new EntityWriter(connection, transaction).WriteAsync(change, cancellationToken);
                if (written.IsDone)
                    transaction.Commit();
                return written;
            },
            cancellationToken);
        if (written.IsDone)
            Interlocked.Exchange(ref _changed, NewSignal()).SetResult();
        return written;
    }

    /// <inheritdoc/>
    public ValueTask<EntitySet> ReadAllAsync(IReadOnlyList<string> kinds, CancellationToken cancellationToken) =>
        QueryAsync(reader => reader.AllAsync(kinds, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<Entity?> ReadAsync(string kind, string name, CancellationToken cancellationToken) =>
        QueryAsync(reader => reader.OneAsync(kind, name, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<PromptVersionRow>> ReadVersionsAsync(IReadOnlyList<PromptVersionRange> ranges, CancellationToken cancellationToken) =>
        QueryAsync(reader => reader.VersionsAsync(ranges, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<PromptVersionHead>> ReadVersionHeadsAsync(string prompt, int below, int limit, CancellationToken cancellationToken) =>
        QueryAsync(reader => reader.VersionHeadsAsync(prompt, below, limit, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<AuditPage> ReadAuditAsync(AuditQuery query, CancellationToken cancellationToken) =>
        QueryAsync(reader => reader.AuditAsync(query, cancellationToken));

    /// <inheritdoc/>
    /// <remarks>A file belongs to one process: whoever changes it does so through this object.</remarks>
    public async ValueTask WaitForChangeAsync(long sequence, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Taken before the sequence is read: a change in between has ended this signal.
            var changed = Volatile.Read(ref _changed).Task;
            if (await QueryAsync(reader => reader.SequenceAsync(cancellationToken)) > sequence)
                return;
            await changed.WaitAsync(cancellationToken);
        }
    }

    public ValueTask DisposeAsync()
    {
        _database.ReleaseReaders();
        _writing.Dispose();
        return ValueTask.CompletedTask;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async ValueTask<T> WriterAsync<T>(Func<SqliteConnection, Task<T>> write, CancellationToken cancellationToken)
    {
        if (!await _writing.WaitAsync(TurnMs, cancellationToken))
            throw new StoreException($"The store sqlite:{_database.Path} does not keep up with the changes that are asked of it: look at its disk, and at who else has it open.");
        try
        {
            await using var connection = _database.OpenWriter();
            raw.sqlite3_busy_timeout(connection.Handle, BusyMs);
            return await write(connection);
        }
        catch (SqliteException error)
        {
            throw _database.Explain(error);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <remarks>In one transaction: what it reads belongs together.</remarks>
    private async ValueTask<T> QueryAsync<T>(Func<EntityReader, Task<T>> read)
    {
        await using var connection = _database.OpenReader();
        try
        {
            await using var transaction = connection.BeginTransaction(deferred: true);
            return await read(new(connection, transaction));
        }
        catch (SqliteException error)
        {
            throw _database.Explain(error);
        }
    }
}
