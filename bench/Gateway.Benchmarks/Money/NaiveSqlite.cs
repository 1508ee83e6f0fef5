using Gateway.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Gateway.Benchmarks.Money;

/// <summary>A transaction that reserves, and one that settles, for every request: what the incumbents do who are right about money.</summary>
internal sealed class NaiveSqlite : ISettler
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gateway-bench-").FullName;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _reserve, _row, _settle;
    private long _requests;

    public NaiveSqlite()
    {
        _ = SqliteEngine.Version;
        _connection = new($"Data Source={Path.Combine(_folder, "naive.db")}");
        _connection.Open();
        using var setup = _connection.CreateCommand();
        setup.CommandText = """
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            CREATE TABLE budget (id INTEGER PRIMARY KEY, lim INTEGER NOT NULL, spent INTEGER NOT NULL, held INTEGER NOT NULL);
            INSERT INTO budget VALUES (1, 9000000000000000, 0, 0);
            CREATE TABLE row (attempt TEXT PRIMARY KEY, key TEXT NOT NULL, cost INTEGER NOT NULL, usage TEXT NOT NULL);
            """;
        setup.ExecuteNonQuery();
        _reserve = Command("UPDATE budget SET held = held + 2012000 WHERE id = 1 AND spent + held + 2012000 <= lim");
        _row = Command("INSERT INTO row VALUES ($id, 'bench', 389000, '{\"prompt_tokens\":321,\"completion_tokens\":34}')");
        _row.Parameters.Add("$id", SqliteType.Text);
        _settle = Command("UPDATE budget SET held = held - 2012000, spent = spent + 389000 WHERE id = 1");
    }

    public string Name => "naive: two transactions a request on SQLite";

    public async ValueTask<bool> SettleAsync(int worker)
    {
        bool admitted;
        await _writing.WaitAsync();
        try
        {
            admitted = _reserve.ExecuteNonQuery() == 1;
        }
        finally
        {
            _writing.Release();
        }
        await _writing.WaitAsync();
        try
        {
            using var transaction = _connection.BeginTransaction();
            (_row.Transaction, _settle.Transaction) = (transaction, transaction);
            _row.Parameters[0].Value = $"r{Interlocked.Increment(ref _requests)}";
            _row.ExecuteNonQuery();
            _settle.ExecuteNonQuery();
            transaction.Commit();
            (_row.Transaction, _settle.Transaction) = (null, null);
        }
        finally
        {
            _writing.Release();
        }
        return admitted;
    }

    public ValueTask FinishAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        _reserve.Dispose();
        _row.Dispose();
        _settle.Dispose();
        _connection.Dispose();
        _writing.Dispose();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private SqliteCommand Command(string text)
    {
        var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this class.
        command.CommandText = text;
#pragma warning restore CA2100
        return command;
    }
}
