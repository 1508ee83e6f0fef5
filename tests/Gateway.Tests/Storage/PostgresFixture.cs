using Gateway.Config.Values;
using Gateway.Storage.Postgres;
using Gateway.TestSupport;

namespace Gateway.Tests.Storage;

/// <summary>The server that a run's tests share: their own, or the one that GATEWAY_TEST_POSTGRES names, where they make and empty databases called <c>gateway_test_…</c>.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private readonly string? _given = Environment.GetEnvironmentVariable("GATEWAY_TEST_POSTGRES");
    private PostgresServer? _server;

    public async Task InitializeAsync()
    {
        if (_given is not null)
            _server = PostgresServer.Attach(Read(_given));
        else if (PostgresServer.Programs is not null)
            _server = await PostgresServer.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }

    /// <summary>An empty database, one for each class of tests. Skips the test where there is no server.</summary>
    public Task<PostgresAddress> EmptyDatabaseAsync(string name)
    {
        Skip.If(_server is null, PostgresServer.Missing + ", or name a server in GATEWAY_TEST_POSTGRES");
        return _server!.EmptyDatabaseAsync("gateway_test_" + name);
    }

    private static PostgresAddress Read(string text) => PostgresUri.Parse(text, out var address) is { } problem
        ? throw new InvalidOperationException($"GATEWAY_TEST_POSTGRES {problem}")
        : address!;
}

/// <summary>Tests of this collection run one after the other, on one server.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresTests : ICollectionFixture<PostgresFixture>
{
    public const string Name = "PostgreSQL";
}
