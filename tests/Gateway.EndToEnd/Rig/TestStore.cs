using System.Globalization;
using Gateway.Storage.Postgres;
using Gateway.TestSupport;

namespace Gateway.EndToEnd.Rig;

public enum StoreKind { Sqlite, Postgres }

/// <summary>A store of a test's own: what is true of money is true on both kinds.</summary>
public sealed class TestStore : IAsyncDisposable
{
    private readonly PostgresServer? _server;

    private TestStore(string address, PostgresServer? server, PostgresAddress? database)
    {
        Address = address;
        Database = database;
        _server = server;
    }

    /// <summary>For <c>store:</c>; the file is in the gateway's folder.</summary>
    public string Address { get; }

    /// <summary>For who wants to look past the gateway; null for a file.</summary>
    public PostgresAddress? Database { get; }

    /// <summary>For the gateway's process.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; } = new Dictionary<string, string?> { ["POSTGRES_PASSWORD"] = Uri.EscapeDataString(PostgresServer.Password) };

    /// <summary>Skips the test where there is no server to start.</summary>
    public static async Task<TestStore> StartAsync(StoreKind kind)
    {
        if (kind == StoreKind.Sqlite)
            return new("sqlite:{folder}/gateway.db", null, null);
        Skip.If(PostgresServer.Programs is null, PostgresServer.Missing);
        var server = await PostgresServer.StartAsync();
        var database = await server.EmptyDatabaseAsync("gateway_test_store");
        return new(string.Create(CultureInfo.InvariantCulture, $$"""postgres://gateway:${POSTGRES_PASSWORD}@127.0.0.1:{{database.Port}}/{{database.Database}}"""), server, database);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }
}
