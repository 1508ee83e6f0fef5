using Gateway.Storage.Postgres;
using Npgsql;

namespace Gateway.Benchmarks.Money;

/// <summary>The same on PostgreSQL, over as many sessions as there are workers: everybody waits for the row of the one hot budget.</summary>
internal sealed class NaivePostgres : ISettler
{
    private readonly NpgsqlDataSource _source;
    private long _requests;

    private NaivePostgres(NpgsqlDataSource source) => _source = source;

    public string Name => "naive: two transactions a request on PostgreSQL";

    public static async Task<ISettler> StartAsync(PostgresAddress server)
    {
        await EmptyAsync(server);
        var naive = new NaivePostgres(NpgsqlDataSource.Create(ConnectionString(server)));
        await naive.ExecuteAsync("CREATE TABLE budget (id bigint PRIMARY KEY, lim bigint NOT NULL, spent bigint NOT NULL, held bigint NOT NULL)");
        await naive.ExecuteAsync("INSERT INTO budget VALUES (1, 9000000000000000, 0, 0)");
        await naive.ExecuteAsync("CREATE TABLE settled (attempt text PRIMARY KEY, key text NOT NULL, cost bigint NOT NULL, usage text NOT NULL)");
        return naive;
    }

    public static async Task EmptyAsync(PostgresAddress server)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(server));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("DROP SCHEMA public CASCADE; CREATE SCHEMA public", connection);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask<bool> SettleAsync(int worker)
    {
        var admitted = await ExecuteAsync("UPDATE budget SET held = held + 2012000 WHERE id = 1 AND spent + held + 2012000 <= lim") == 1;
        await using var connection = await _source.OpenConnectionAsync();
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("INSERT INTO settled VALUES ($1, 'bench', 389000, '{\"prompt_tokens\":321,\"completion_tokens\":34}')") { Parameters = { new() { Value = $"r{Interlocked.Increment(ref _requests)}" } } },
                new("UPDATE budget SET held = held - 2012000, spent = spent + 389000 WHERE id = 1"),
            },
        };
        await batch.ExecuteNonQueryAsync();
        return admitted;
    }

    public ValueTask FinishAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task<int> ExecuteAsync(string text)
    {
#pragma warning disable CA2100 // Constants of this class.
        await using var command = _source.CreateCommand(text);
#pragma warning restore CA2100
        return await command.ExecuteNonQueryAsync();
    }

    private static string ConnectionString(PostgresAddress server) => new NpgsqlConnectionStringBuilder
    {
        Host = server.Host,
        Port = server.Port,
        Database = server.Database,
        Username = server.User,
        Password = server.Password,
        MaxPoolSize = 32,
    }.ConnectionString;
}
