using System.Diagnostics;
using Gateway.Core.Stores;
using Gateway.Storage.Ledger;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Gateway.Storage.Sqlite;

/// <summary>The prepared statements that write batches, spoken to without ADO.NET: 2.5 times cheaper and without its 1.9 KB of garbage a row. One thread at a time.</summary>
internal sealed class LedgerInsert : IDisposable
{
    /// <summary>Rows after which others may have the processor: about 0.1 ms.</summary>
    private const int RowsAtOnce = 16;

    /// <summary>Of one batch, together. On a busy machine a single turn may be as long; the file is locked meanwhile, and rows must not pile up in the journal.</summary>
    private static readonly TimeSpan LongestAway = TimeSpan.FromMilliseconds(5);

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _begin;
    private readonly sqlite3_stmt _commit;
    private readonly sqlite3_stmt _rollback;
    private readonly RowStatement _insert;

    public LedgerInsert(SqliteConnection connection)
    {
        _database = connection.Handle ?? throw new InvalidOperationException("the connection is not open");
        _begin = Prepare("BEGIN IMMEDIATE");
        _commit = Prepare("COMMIT");
        _rollback = Prepare("ROLLBACK");
        _insert = new(Prepare($"INSERT INTO ledger ({LedgerColumns.All}) VALUES ({LedgerColumns.Marks}) ON CONFLICT (attempt_id) DO NOTHING"));
    }

    /// <summary>All rows or none.</summary>
    /// <returns>How many were new.</returns>
    public int Write(IReadOnlyList<LedgerRow> rows)
    {
        Run(_begin);
        try
        {
            var before = raw.sqlite3_total_changes(_database);
            var away = TimeSpan.Zero;
            for (var i = 0; i < rows.Count; i++)
            {
                _insert.Begin();
                LedgerValues.Write(rows[i], _insert);
                Check(_insert.Run());
                // On one core half a second's rows in one go are milliseconds in which no request is served.
                if (i % RowsAtOnce == RowsAtOnce - 1 && away < LongestAway)
                    away += GiveWay();
            }
            var added = raw.sqlite3_total_changes(_database) - before;
            Run(_commit);
            return added;
        }
        catch
        {
            // After some errors SQLite has rolled back by itself.
            if (raw.sqlite3_get_autocommit(_database) == 0)
                Run(_rollback);
            throw;
        }
    }

    private static TimeSpan GiveWay()
    {
        var began = Stopwatch.GetTimestamp();
        Thread.Yield();
        return Stopwatch.GetElapsedTime(began);
    }

    public void Dispose()
    {
        _begin.Dispose();
        _commit.Dispose();
        _rollback.Dispose();
        _insert.Dispose();
    }

    private sqlite3_stmt Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v2(_database, sql, out var statement));
        return statement;
    }

    private void Run(sqlite3_stmt statement)
    {
        var result = raw.sqlite3_step(statement);
        // Reset repeats the step's result; the step's own is the one that counts.
        _ = raw.sqlite3_reset(statement);
        Check(result);
    }

    // Done is no error to it, nor is a row.
    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _database);
}
