using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Gateway.Core.Stores;
using Gateway.Storage.Postgres;
using Gateway.Tests.Metering;
using Gateway.TestSupport;

namespace Gateway.Tests.Storage;

/// <summary>What a store says and keeps when the server or the network between fails.</summary>
[Collection(PostgresTests.Name)]
public sealed class PostgresFailureTests(PostgresFixture postgres)
{
    /// <summary>Two times 3 s at most, and a moment for a machine under load.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(12);

    [Fact]
    public async Task A_server_that_refuses_connections_is_named_with_what_to_do()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        await FailsAsync(Nowhere(port), $"*postgres://gateway:***@127.0.0.1:{port}/ledger cannot be reached: check host and port*");
    }

    [Fact]
    public async Task A_host_that_does_not_exist_is_named_with_what_to_do() =>
        await FailsAsync(Nowhere(5432) with { Host = "gateway-test.invalid" }, "*gateway-test.invalid/ledger cannot be reached: check host and port*");

    [Fact]
    public async Task A_server_that_accepts_and_never_answers_is_given_up_in_time()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        await FailsAsync(Nowhere(((IPEndPoint)listener.LocalEndpoint).Port), "*did not answer in time*");
    }

    [SkippableFact]
    public async Task A_server_that_falls_silent_in_a_session_is_given_up_in_time()
    {
        var address = await postgres.EmptyDatabaseAsync("failure");
        await using var proxy = new CuttingProxy(address.Port);
        await using var store = new PostgresLedgerStore(address with { Port = proxy.Port });
        await store.MigrateAsync(CancellationToken.None);
        // A session for each of the operations to lose.
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => store.SumAsync(new(new(), []), CancellationToken.None).AsTask()));
        proxy.Set(CuttingProxy.Fault.Silence);
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));

        await Task.WhenAll(
            FailsInTimeAsync("append", () => store.AppendAsync(LedgerRows.Many(3), CancellationToken.None).AsTask()),
            FailsInTimeAsync("page", () => store.ReadAsync(new(new()), CancellationToken.None).AsTask()),
            FailsInTimeAsync("sums", () => store.SumAsync(new(new(), []), CancellationToken.None).AsTask()),
            store.Invoking(s => s.ReadAsync(new(new()), soon.Token).AsTask()).Should().ThrowAsync<OperationCanceledException>());

        proxy.Set(CuttingProxy.Fault.None);
        (await AppendUntilTakenAsync(store, LedgerRows.Many(3))).Should().Be(3, "the batch never arrived");
    }

    [SkippableFact]
    public async Task A_batch_whose_answer_was_lost_is_written_once()
    {
        var address = await postgres.EmptyDatabaseAsync("failure");
        await using var proxy = new CuttingProxy(address.Port);
        await using var store = new PostgresLedgerStore(address with { Port = proxy.Port });
        await using var witness = new PostgresLedgerStore(address);
        await store.MigrateAsync(CancellationToken.None);
        await store.AppendAsync(LedgerRows.Many(10), CancellationToken.None);
        proxy.Set(CuttingProxy.Fault.CutAnswers);

        await store.Invoking(static s => s.AppendAsync(LedgerRows.Many(30), CancellationToken.None).AsTask()).Should().ThrowAsync<StoreException>();

        (await RowsAsync(witness)).Should().Be(30, "the server committed; only its answer was lost");
        proxy.Set(CuttingProxy.Fault.None);
        (await AppendUntilTakenAsync(store, LedgerRows.Many(30))).Should().Be(0);
        (await RowsAsync(witness)).Should().Be(30);
    }

    [SkippableFact]
    public async Task Sessions_that_the_server_ended_are_replaced()
    {
        var address = await postgres.EmptyDatabaseAsync("failure");
        await using var store = new PostgresLedgerStore(address);
        await store.MigrateAsync(CancellationToken.None);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => store.SumAsync(new(new(), []), CancellationToken.None).AsTask()));
        await PostgresServer.ExecuteAsync(address, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");

        (await AppendUntilTakenAsync(store, LedgerRows.Many(3), attempts: 2)).Should().Be(3);
    }

    public static TheoryData<string, string, string> Refusals => new()
    {
        { "gateway", "wrong-pa55word", "*refuses the sign-in of 'gateway': check user and password*" },
        { "nobody", "wrong-pa55word", "*refuses the sign-in of 'nobody'*" },
    };

    [SkippableTheory]
    [MemberData(nameof(Refusals))]
    public async Task A_sign_in_that_is_refused_says_whose(string user, string password, string message)
    {
        var address = await postgres.EmptyDatabaseAsync("failure");

        await FailsAsync(address with { User = user, Password = password }, message);
    }

    [SkippableFact]
    public async Task A_database_that_is_not_there_is_named_with_what_to_do()
    {
        var address = await postgres.EmptyDatabaseAsync("failure");

        await FailsAsync(address with { Database = "gateway_test_absent" }, "*/gateway_test_absent has no such database: create it*");
    }

    [SkippableFact]
    public async Task A_table_that_is_not_there_is_a_failure_of_the_store()
    {
        await using var store = new PostgresLedgerStore(await postgres.EmptyDatabaseAsync("failure"));

        await store.Invoking(static s => s.ReadAsync(new(new()), CancellationToken.None).AsTask())
            .Should().ThrowAsync<StoreException>().WithMessage("*failed: 42P01*");
    }

    private static PostgresAddress Nowhere(int port) => new() { Host = "127.0.0.1", Port = port, Database = "ledger", User = "gateway", Password = PostgresServer.Password };

    /// <summary>Neither the message nor anything below it shows the password.</summary>
    private static async Task FailsAsync(PostgresAddress address, string message)
    {
        await using var store = new PostgresLedgerStore(address);
        var began = Stopwatch.GetTimestamp();

        var failure = await store.Invoking(static s => s.MigrateAsync(CancellationToken.None).AsTask()).Should().ThrowAsync<StoreException>().WithMessage(message);

        Stopwatch.GetElapsedTime(began).Should().BeLessThan(Bound);
        failure.Which.ToString().Should().NotContain(address.Password).And.NotContain(Uri.EscapeDataString(address.Password!));
    }

    private static async Task FailsInTimeAsync(string name, Func<Task> operation)
    {
        var began = Stopwatch.GetTimestamp();
        await operation.Should().ThrowAsync<StoreException>().WithMessage("*did not answer in time*");
        Stopwatch.GetElapsedTime(began).Should().BeLessThan(Bound, name);
    }

    /// <summary>As the ledger's writer does: the same batch again, until the store takes it.</summary>
    private static async Task<int> AppendUntilTakenAsync(PostgresLedgerStore store, LedgerRow[] rows, int attempts = 10)
    {
        while (true)
        {
            try
            {
                return await store.AppendAsync(rows, CancellationToken.None);
            }
            catch (StoreException) when (--attempts > 0)
            {
                // Sessions of before the fault are found dead one by one.
            }
        }
    }

    private static async Task<long> RowsAsync(PostgresLedgerStore store) => (await store.SumAsync(new(new(), []), CancellationToken.None)).Single().Requests;
}
