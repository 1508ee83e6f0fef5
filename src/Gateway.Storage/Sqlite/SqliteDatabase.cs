using System.Data.Common;
using Gateway.Core.Stores;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Gateway.Storage.Sqlite;

/// <summary>One database file: how connections to it are opened and what is set on them.</summary>
internal sealed class SqliteDatabase
{
    /// <summary>How long the writer waits for a lock that somebody else holds, before it reports the store busy and is asked again.</summary>
    /// <remarks>250 ms: only a backup tool or a person at a prompt can hold it, and the ledger's writer has other duties.</remarks>
    private const int WriterBusyMs = 250;

    private readonly string _readerConnectionString;
    private readonly string _writerConnectionString;

    public SqliteDatabase(string path)
    {
        _ = SqliteEngine.Version;
        Path = path;
        _writerConnectionString = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWriteCreate, Pooling = false, DefaultTimeout = 5 }.ToString();
        // Queries cannot write, whatever is in their parameters.
        _readerConnectionString = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, DefaultTimeout = 5 }.ToString();
    }

    public string Path { get; }

    /// <summary>The one connection that writes.</summary>
    /// <exception cref="StoreException">The file cannot be created, opened or written, or is no database.</exception>
    public SqliteConnection OpenWriter()
    {
        var connection = new SqliteConnection(_writerConnectionString);
        try
        {
            if (System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path)) is { Length: > 0 } directory)
                Directory.CreateDirectory(directory);
            connection.Open();
            raw.sqlite3_busy_timeout(connection.Handle, WriterBusyMs);
            UseWriteAheadLog(connection);
            return connection;
        }
        catch (Exception error) when (error is SqliteException or IOException or UnauthorizedAccessException)
        {
            connection.Dispose();
            throw Explain(error);
        }
        catch (StoreException)
        {
            connection.Dispose();
            throw;
        }
    }

    public SqliteConnection OpenReader()
    {
        var connection = new SqliteConnection(_readerConnectionString);
        try
        {
            connection.Open();
            return connection;
        }
        catch (SqliteException error)
        {
            connection.Dispose();
            throw Explain(error);
        }
    }

    /// <summary>Runs a query that can be interrupted.</summary>
    /// <remarks>SQLite answers on the thread that asks: the task is complete when it is returned.</remarks>
    /// <exception cref="StoreException">The query failed.</exception>
    public async ValueTask<T> QueryAsync<T>(SqliteConnection connection, Func<DbCommand, Task<T>> read, CancellationToken cancellationToken)
    {
        var handle = connection.Handle;
        await using var stop = cancellationToken.Register(() => raw.sqlite3_interrupt(handle));
        try
        {
            await using var command = connection.CreateCommand();
            return await read(command);
        }
        catch (SqliteException error) when (error.SqliteErrorCode == raw.SQLITE_INTERRUPT && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException("the query was cancelled", error, cancellationToken);
        }
        catch (SqliteException error)
        {
            throw Explain(error);
        }
    }

    /// <summary>Closes the readers that are kept for reuse.</summary>
    public void ReleaseReaders()
    {
        using var any = new SqliteConnection(_readerConnectionString);
        SqliteConnection.ClearPool(any);
    }

    /// <summary>Turns an engine's or the file system's complaint into one that says what to do.</summary>
    public StoreException Explain(Exception error) => new($"The store sqlite:{Path} {Diagnose(error)}", error);

    private void UseWriteAheadLog(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        // FULL in both sync modes: a row leaves the journal when SQLite has it, so SQLite must have it for good (docs/ledger.md).
        command.CommandText = "PRAGMA synchronous = FULL; PRAGMA journal_mode = WAL;";
        if (command.ExecuteScalar() is not "wal")
            throw new StoreException($"The store sqlite:{Path} cannot keep a write-ahead log: put it on a local file system, and not in memory.");
    }

    private static string Diagnose(Exception error) => error switch
    {
        SqliteException { SqliteErrorCode: raw.SQLITE_NOTADB } => "is not a SQLite database: move the file away or point `store` elsewhere.",
        SqliteException { SqliteErrorCode: raw.SQLITE_CORRUPT } => "is damaged: restore a backup, or save what `sqlite3 FILE .recover` finds.",
        SqliteException { SqliteErrorCode: raw.SQLITE_READONLY } or UnauthorizedAccessException => "cannot be written: check the rights on the file and its directory.",
        SqliteException { SqliteErrorCode: raw.SQLITE_CANTOPEN } => "cannot be opened: check that its directory exists and may be written.",
        SqliteException { SqliteErrorCode: raw.SQLITE_FULL } => "cannot grow: the disk is full.",
        SqliteException { SqliteErrorCode: raw.SQLITE_BUSY or raw.SQLITE_LOCKED } => "is locked by another process.",
        _ => $"failed: {error.Message}",
    };
}
