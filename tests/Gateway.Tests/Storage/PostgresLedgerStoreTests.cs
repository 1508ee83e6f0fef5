using Gateway.Core.Stores;
using Gateway.Storage.Postgres;
using Gateway.Tests.Metering;
using Gateway.TestSupport;
using Npgsql;

namespace Gateway.Tests.Storage;

[Collection(PostgresTests.Name)]
public sealed class PostgresLedgerStoreTests(PostgresFixture postgres) : LedgerStoreTests
{
    private PostgresAddress? _address;

    private PostgresAddress Address => _address ?? throw new InvalidOperationException("set in OpenAsync");

    private protected override async Task<ILedgerStore> OpenAsync()
    {
        _address = await postgres.EmptyDatabaseAsync("store");
        return new PostgresLedgerStore(_address);
    }

    private protected override LedgerRow Kept(LedgerRow row) => row with { Key = row.Key.Replace('\0', '\uFFFD') };

    [SkippableFact]
    public async Task A_text_that_the_server_cannot_hold_does_not_stop_the_ledger()
    {
        // Half a surrogate pair, and U+0000: a row that could never be written would hold up all the rows behind it.
        var row = LedgerRows.Row(1) with { User = "a\ud83d b", Key = "nul\0", RawUsage = "\udc00\0" };

        (await Store.AppendAsync([row], CancellationToken.None)).Should().Be(1);

        var read = (await ReadAsync(new(Key: "nul\0"))).Single();
        read.Should().BeEquivalentTo(row with { User = "a\uFFFD b", Key = "nul\uFFFD", RawUsage = "\uFFFD\uFFFD" });
    }

    [SkippableFact]
    public async Task A_tag_that_the_server_cannot_hold_does_not_fail_the_sums()
    {
        await Store.AppendAsync([LedgerRows.Row(1) with { Tags = ["nul\0", "other"] }], CancellationToken.None);

        (await Store.SumAsync(new(new(), [UsageDimension.Tag]), CancellationToken.None)).Select(static s => s.Group[0]).Should().Equal("nul\uFFFD", "other");
    }

    [SkippableFact]
    public async Task No_column_is_a_floating_point_number()
    {
        var types = await PostgresServer.ExecuteAsync(
            Address, "SELECT string_agg(DISTINCT data_type, ',' ORDER BY data_type) FROM information_schema.columns WHERE table_name = 'ledger'");

        types.Should().Be("bigint,text");
    }

    [SkippableFact]
    public async Task Several_stores_write_and_read_one_ledger()
    {
        await using var other = new PostgresLedgerStore(Address);

        var added = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
            await (i % 2 == 0 ? Store : other).AppendAsync(LedgerRows.Many(100, $"b{i / 2}"), CancellationToken.None)));

        added.Sum().Should().Be(1000, "each of ten batches was written by both at once");
        (await other.SumAsync(new(new(), []), CancellationToken.None)).Single().Requests.Should().Be(1000);
    }

    [SkippableFact]
    public async Task Many_queries_at_once_leave_a_session_for_the_writer()
    {
        await Store.AppendAsync(LedgerRows.Many(100), CancellationToken.None);

        var queries = Enumerable.Range(0, 40).Select(async _ => (await Store.SumAsync(new(new(), []), CancellationToken.None)).Single().Requests).ToArray();
        (await Store.AppendAsync(LedgerRows.Many(100, "more"), CancellationToken.None)).Should().Be(100);

        (await Task.WhenAll(queries)).Should().OnlyContain(static n => n == 100 || n == 200);
        var sessions = await PostgresServer.ExecuteAsync(Address, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'gateway'");
        sessions.Should().BeOfType<long>().Which.Should().BeInRange(1, 8);
    }

    [SkippableFact]
    public async Task A_table_that_somebody_locks_fails_the_write_in_time_and_works_again()
    {
        await using var locker = new NpgsqlConnection(PostgresServer.ConnectionString(Address));
        await locker.OpenAsync();
        await using (var transaction = await locker.BeginTransactionAsync())
        {
            await using var command = new NpgsqlCommand("LOCK TABLE ledger IN ACCESS EXCLUSIVE MODE", locker, transaction);
            await command.ExecuteNonQueryAsync();
            using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));

            var cancelled = Store.Invoking(s => s.ReadAsync(new(new()), soon.Token).AsTask()).Should().ThrowAsync<OperationCanceledException>();
            await Store.Invoking(static s => s.AppendAsync(LedgerRows.Many(3), CancellationToken.None).AsTask())
                .Should().ThrowAsync<StoreException>().WithMessage("*took too long*");
            await cancelled;
        }

        (await Store.AppendAsync(LedgerRows.Many(3), CancellationToken.None)).Should().Be(3);
    }
}
