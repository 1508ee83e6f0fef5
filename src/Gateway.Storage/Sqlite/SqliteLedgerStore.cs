using System.Data.Common;
using Gateway.Core.Stores;
using Gateway.Storage.Ledger;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Gateway.Storage.Sqlite;

/// <summary>The ledger in one SQLite file (WAL): one connection writes, up to four pooled read-only connections answer queries beside it.</summary>
public sealed class SqliteLedgerStore : ILedgerStore, ILedgerSession
{
    /// <summary>The first of equal tags counts: what an application says twice is said once.</summary>
    internal static readonly LedgerDialect Dialect = new(
        "(SELECT a.*, named.value AS tag FROM ledger_all AS a LEFT JOIN json_each(a.tags) AS named "
        + "ON named.key = (SELECT min(same.key) FROM json_each(a.tags) AS same WHERE same.value = named.value)) AS tagged",
        static filter => filter);

    /// <remarks>4: each takes a processor for as long as it runs, and its answer may be 20 MB.</remarks>
    private const int MaxQueries = 4;

    /// <summary>How long one waits for those before it.</summary>
    /// <remarks>10 s: who waits costs nothing, and who looks at a page does not wait for longer.</remarks>
    private static readonly TimeSpan LongestTurn = TimeSpan.FromSeconds(10);

    private readonly SqliteDatabase _database;
    private readonly LedgerReads _reads;
    private readonly QueryThreads _queries = new(MaxQueries);
    private readonly Lock _writing = new();
    private SqliteConnection? _connection;
    private LedgerInsert? _insert;
    private bool _disposed;

    /// <param name="path">The database file; it and its directory are made by <see cref="MigrateAsync"/>.</param>
    public SqliteLedgerStore(string path)
    {
        _database = new(path);
        _reads = new(this, Dialect);
    }

    /// <summary>The version of the SQLite library that runs: the operating system's where it is newer than the package's.</summary>
    public static string EngineVersion => SqliteEngine.Version;

    public string Path => _database.Path;

    /// <inheritdoc/>
    /// <exception cref="StoreException">The file cannot be opened or written, is no database, or needs a newer program.</exception>
    public ValueTask MigrateAsync(CancellationToken cancellationToken)
    {
        lock (_writing)
            Open();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    /// <remarks>Durable when it returns: synchronous=FULL.</remarks>
    /// <exception cref="StoreException">Nothing was written; the same batch can be tried again.</exception>
    public ValueTask<int> AppendAsync(IReadOnlyList<LedgerRow> rows, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_writing)
        {
            try
            {
                return new(Open().Write(rows));
            }
            catch (SqliteException error)
            {
                throw _database.Explain(error);
            }
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
    public ValueTask<ILedgerSnapshot> SnapshotAsync(CancellationToken cancellationToken) => new(SqliteLedgerSnapshot.Open(_database));

    /// <inheritdoc/>
    /// <exception cref="StoreException">Nothing was changed.</exception>
    public ValueTask<int> CompactAsync(DateTimeOffset before, int batch, CancellationToken cancellationToken) => new(Write(
        connection =>
        {
            using var transaction = connection.BeginTransaction(deferred: false);
            using var sum = new SqliteCommand(LedgerDays.Sum, connection, transaction);
            using var delete = new SqliteCommand(LedgerDays.Delete, connection, transaction);
            foreach (var command in new[] { sum, delete })
            {
                command.Parameters.AddWithValue("@before", LedgerColumns.ToMicros(before));
                command.Parameters.AddWithValue("@batch", batch);
            }
            sum.ExecuteNonQuery();
            var rows = delete.ExecuteNonQuery();
            transaction.Commit();
            return rows;
        },
        cancellationToken));

    /// <inheritdoc/>
    /// <exception cref="StoreException">Nothing was written.</exception>
    public ValueTask SavePricesAsync(IReadOnlyList<PriceLine> prices, CancellationToken cancellationToken)
    {
        Write(connection => SqlitePrices.Save(connection, prices), cancellationToken);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    /// <exception cref="StoreException">Nothing was changed.</exception>
    public ValueTask<int> CorrectAsync(IReadOnlyList<CostCorrection> corrections, DateTimeOffset at, CancellationToken cancellationToken) =>
        new(Write(connection => SqlitePrices.Correct(connection, corrections, at), cancellationToken));

    /// <summary>What SQLite's own check of the whole file finds; empty when all is well. Reads every page: for tests and <c>audit</c>.</summary>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    public ValueTask<IReadOnlyList<string>> CheckIntegrityAsync(CancellationToken cancellationToken) => QueryAsync(
        async command =>
        {
            command.CommandText = "PRAGMA integrity_check";
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var findings = new List<string>();
            while (await reader.ReadAsync(cancellationToken))
                findings.Add(reader.GetString(0));
            return findings is ["ok"] ? (IReadOnlyList<string>)[] : findings;
        },
        cancellationToken);

    /// <summary>Writes a copy of the whole database, as of one instant, beside whatever reads and writes it.</summary>
    /// <exception cref="StoreException">The file exists, cannot be written, or this store cannot be read.</exception>
    public async ValueTask BackupAsync(string path, CancellationToken cancellationToken)
    {
        if (File.Exists(path))
            throw new StoreException($"{path} exists already: a backup does not replace a file.");
        await QueryAsync(
            command =>
            {
                command.CommandText = "VACUUM INTO $path";
                command.Parameters.Add(new SqliteParameter("$path", path));
                return Task.FromResult(command.ExecuteNonQuery());
            },
            cancellationToken);
    }

    /// <summary>Bounds the file's size, for tests: to the engine, that is a full disk.</summary>
    internal void LimitPages(int pages)
    {
        lock (_writing)
        {
            Open();
            raw.sqlite3_exec(_connection!.Handle, $"PRAGMA max_page_count = {pages}");
        }
    }

    /// <summary>Closes the file; the write-ahead log is merged into it and removed.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_writing)
        {
            _disposed = true;
            _database.ReleaseReaders();
            _insert?.Dispose();
            _connection?.Dispose();
            (_insert, _connection) = (null, null);
        }
        _queries.Dispose();
        return ValueTask.CompletedTask;
    }

    private T Write<T>(Func<SqliteConnection, T> write, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_writing)
        {
            Open();
            try
            {
                return write(_connection!);
            }
            catch (SqliteException error)
            {
                throw _database.Explain(error);
            }
        }
    }

    private LedgerInsert Open()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_insert is not null)
            return _insert;
        var connection = _database.OpenWriter();
        try
        {
            SqliteMigrator.Migrate(connection);
            _insert = new(connection);
            _connection = connection;
            return _insert;
        }
        catch (Exception error) when (error is SqliteException or StoreException)
        {
            connection.Dispose();
            if (error is StoreException)
                throw;
            throw _database.Explain(error);
        }
    }

    async ValueTask<T> ILedgerSession.QueryAsync<T>(Func<DbCommand, Task<T>> read, CancellationToken cancellationToken)
    {
        var (isDone, result) = await _queries.RunAsync(() => ReadAsync(read, cancellationToken), LongestTurn, cancellationToken);
        return isDone ? result! : throw new StoreException($"The store sqlite:{Path} is answering {MaxQueries} queries already: ask again later, or for less at a time.");
    }

    /// <remarks>SQLite answers on the thread that asks: the task is complete when it is returned.</remarks>
    private async Task<T> ReadAsync<T>(Func<DbCommand, Task<T>> read, CancellationToken cancellationToken)
    {
        await using var connection = _database.OpenReader();
        return await _database.QueryAsync(connection, read, cancellationToken);
    }

    private ValueTask<T> QueryAsync<T>(Func<DbCommand, Task<T>> read, CancellationToken cancellationToken) => ((ILedgerSession)this).QueryAsync(read, cancellationToken);
}
