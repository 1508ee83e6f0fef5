using System.Diagnostics;
using Gateway.Core.Stores;
using Gateway.Storage.Postgres;
using Gateway.TestSupport;

namespace Gateway.Tests.Storage;

[Collection(PostgresTests.Name)]
public sealed class PostgresEntityStoreTests(PostgresFixture postgres) : EntityStoreTests
{
    private PostgresAddress? _address;

    private PostgresAddress Address => _address ?? throw new InvalidOperationException("set in OpenAsync");

    private protected override async Task<IEntityStore> OpenAsync()
    {
        _address = await postgres.EmptyDatabaseAsync("entities");
        return new PostgresEntityStore(_address);
    }

    private protected override Task ExecuteAsync(string sql) => PostgresServer.ExecuteAsync(Address, sql);

    [SkippableFact]
    public async Task Another_instance_hears_of_a_change_at_once()
    {
        await using var other = new PostgresEntityStore(Address);
        var quickest = TimeSpan.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            var waiting = Store.WaitForChangeAsync(round, CancellationToken.None).AsTask();
            await Task.WhenAny(waiting, ListeningAsync());
            var watch = Stopwatch.StartNew();
            await WriteAsync("key", $"web{round}", EntityChange.Absent, "{}", store: other);
            await waiting.WaitAsync(TimeSpan.FromSeconds(10));
            quickest = watch.Elapsed < quickest ? watch.Elapsed : quickest;
        }

        // Who asks every half second hears later, each time; a machine that stands still does so in one or two.
        quickest.Should().BeLessThan(TimeSpan.FromSeconds(0.25));
    }

    [SkippableFact]
    public async Task A_change_that_nobody_announced_is_seen_all_the_same()
    {
        var waiting = Store.WaitForChangeAsync(0, CancellationToken.None).AsTask();
        await ListeningAsync();

        await ExecuteAsync("UPDATE entity_sequence SET value = value + 1");

        await waiting.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [SkippableFact]
    public async Task A_session_that_is_cut_ends_the_wait_and_the_next_one_hears_again()
    {
        var waiting = Store.WaitForChangeAsync(0, CancellationToken.None).AsTask();
        await ListeningAsync();

        await ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'gateway'");

        await waiting.Invoking(static w => w).Should().ThrowAsync<StoreException>();
        waiting = Store.WaitForChangeAsync(0, CancellationToken.None).AsTask();
        await WriteAsync("key", "web", EntityChange.Absent, "{}");
        await waiting.WaitAsync(TimeSpan.FromSeconds(5));
    }

    [SkippableFact]
    public async Task Nobody_can_empty_the_audit()
    {
        var attempt = () => ExecuteAsync("TRUNCATE audit");

        await attempt.Should().ThrowAsync<Exception>().WithMessage("*append-only*");
    }

    /// <summary>Until the waiting session has said LISTEN.</summary>
    private async Task ListeningAsync()
    {
        while (await PostgresServer.ExecuteAsync(Address, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'SELECT value FROM entity_sequence%'") is 0L)
            await Task.Yield();
    }
}
