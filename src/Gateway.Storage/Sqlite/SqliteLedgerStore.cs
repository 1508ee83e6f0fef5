using Gateway.Core.Stores;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Gateway.Storage.Sqlite;

/// <summary>The ledger in one SQLite file (WAL): one connection writes, pooled read-only connections answer queries beside it.</summary>
public sealed class SqliteLedgerStore : ILedgerStore
{
    private readonly SqliteDatabase _database;
    private readonly Lock _writing = new();
    private SqliteConnection? _connection;
    private LedgerInsert? _insert;
    private bool _disposed;

    /// <param name="path">The database file; it and its directory are made by <see cref="MigrateAsync"/>.</param>
    public SqliteLedgerStore(string path) => _database = new(path);

    /// <summary>The version of the SQLite library that runs: the operating system's where it is newer than the package's.</summary>
    public static string EngineVersion => SqliteEngine.Version;

    public string Path => _database.Path;

    /// <inheritdoc/>
    /// <exception cref="StoreException">The file cannot be opened or written, is no database, or belongs to a newer program.</exception>
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
    public ValueTask<LedgerPage> ReadAsync(LedgerQuery query, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1);
        LedgerCursor? after = null;
        if (query.Cursor is not null)
            after = LedgerCursor.TryParse(query.Cursor, out var cursor) ? cursor : throw new ArgumentException("not a cursor of this ledger", nameof(query));
        return new(Query(connection => ReadPage(connection, query, after), cancellationToken));
    }

    /// <inheritdoc/>
    /// <exception cref="StoreException">The query failed.</exception>
    public ValueTask<IReadOnlyList<UsageSum>> SumAsync(UsageQuery query, CancellationToken cancellationToken) =>
        new(Query<IReadOnlyList<UsageSum>>(connection => ReadSums(connection, query), cancellationToken));

    /// <summary>What SQLite's own check of the whole file finds; empty when all is well. Reads every page: for tests and <c>audit</c>.</summary>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    public ValueTask<IReadOnlyList<string>> CheckIntegrityAsync(CancellationToken cancellationToken) =>
        new(Query(static connection =>
        {
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA integrity_check";
            using var reader = command.ExecuteReader();
            var findings = new List<string>();
            while (reader.Read())
                findings.Add(reader.GetString(0));
            return findings is ["ok"] ? (IReadOnlyList<string>)[] : findings;
        }, cancellationToken));

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
        return ValueTask.CompletedTask;
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

    private static LedgerPage ReadPage(SqliteConnection connection, LedgerQuery query, LedgerCursor? after)
    {
        using var command = LedgerSelect.Page(connection, query.Filter, after, query.Limit);
        using var reader = command.ExecuteReader();
        var rows = new List<LedgerRow>(query.Limit);
        LedgerCursor last = default;
        while (reader.Read())
        {
            if (rows.Count == query.Limit)
                return new(rows, last.ToString());
            rows.Add(LedgerReader.Row(reader));
            last = new(reader.GetInt64(3), reader.GetInt64(0));
        }
        return new(rows, null);
    }

    private static List<UsageSum> ReadSums(SqliteConnection connection, UsageQuery query)
    {
        using var command = LedgerSelect.Sums(connection, query);
        using var reader = command.ExecuteReader();
        var sums = new List<UsageSum>();
        while (reader.Read())
        {
            // Without dimensions SQL gives one row even over nothing, with nulls for sums.
            if (reader.GetInt64(query.GroupBy.Count) > 0)
                sums.Add(LedgerReader.Sum(reader, query.GroupBy));
        }
        return sums;
    }

    private T Query<T>(Func<SqliteConnection, T> read, CancellationToken cancellationToken)
    {
        using var connection = _database.OpenReader();
        var handle = connection.Handle;
        using var stop = cancellationToken.Register(() => raw.sqlite3_interrupt(handle));
        try
        {
            return read(connection);
        }
        catch (SqliteException error) when (error.SqliteErrorCode == raw.SQLITE_INTERRUPT && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException("the query was cancelled", error, cancellationToken);
        }
        catch (SqliteException error)
        {
            throw _database.Explain(error);
        }
    }
}
