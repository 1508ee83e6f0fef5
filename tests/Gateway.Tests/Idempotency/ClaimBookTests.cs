using Gateway.Core.Errors;
using Gateway.Core.Stores;
using Gateway.Idempotency;
using Gateway.Storage.Sqlite;
using Gateway.Tests.Config;
using Gateway.Tests.Metering;
using Microsoft.Extensions.Logging;
using ManualTime = Gateway.Tests.Support.ManualTime;

namespace Gateway.Tests.Idempotency;

public sealed class ClaimBookTests : IAsyncDisposable
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    private readonly MemoryIdempotencyStore _store = new();
    private readonly ManualTime _time = new();
    private readonly RecordingLogger<ClaimBook> _log = new();

    private ClaimBook Book => field ??= new(_store, _time, _log);

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task A_process_without_claims_says_nothing_to_the_store()
    {
        await Book.RenewAsync();

        await Book.ClaimAsync(Claim("req_1"), Day);
        await Book.RenewAsync();
        await Book.AnswerAsync(Claim("req_1"), new(200, "application/json", new byte[7]), Day);
        await Book.RenewAsync();

        _store.Told.Should().Equal("claim req_1 24h", "renew", "keep req_1 7");
    }

    [Fact]
    public async Task A_claim_that_came_to_nothing_is_taken_back()
    {
        await Book.ClaimAsync(Claim("req_1"), Day);
        await Book.ReleaseAsync(Claim("req_1"));
        await Book.RenewAsync();

        _store.Told.Should().Equal("claim req_1 24h", "release req_1");
    }

    [Fact]
    public async Task A_store_that_fails_is_told_later_what_it_missed_and_both_are_logged_once()
    {
        await Book.ClaimAsync(Claim("req_answered"), Day);
        await Book.ClaimAsync(Claim("req_failed"), Day);
        _store.Failure = new("away");

        var refused = await Book.ClaimAsync(Claim("req_refused"), Day);
        await Book.AnswerAsync(Claim("req_answered"), new(200, "application/json", new byte[7]), Day);
        await Book.ReleaseAsync(Claim("req_failed"));
        await Book.RenewAsync();

        refused.Error!.Kind.Should().Be(ErrorKind.StoreUnavailable);
        Book.Leftovers.Should().Be(1);
        _store.Failure = null;
        _store.Told.Clear();
        await Book.RenewAsync();
        await Book.RenewAsync();
        _store.Told.Should().Equal("renew", "keep req_answered nothing", "running", "release req_failed", "running");
        Book.Leftovers.Should().Be(0);
        _log.Entries.Select(static e => (e.Level, e.Id)).Should().Equal((LogLevel.Error, IdempotencyEventIds.StoreFailed), (LogLevel.Information, IdempotencyEventIds.StoreWorksAgain));
    }

    [Fact]
    public async Task What_arrives_after_it_was_given_up_is_taken_back_whenever_it_comes_and_nothing_else_is()
    {
        await Book.ClaimAsync(Claim("req_running"), Day);
        _store.Failure = new("stalled");
        await Book.ClaimAsync(Claim("req_late"), Day);
        _store.Failure = null;
        await Book.RenewAsync();
        _store.Told.Clear();

        _store.Running["req_late"] = Claim("req_late").Running;
        await Book.RenewAsync();

        _store.Told.Should().Equal("renew", "running", "release req_late");
        _store.Running.Keys.Should().Equal("req_running");
    }

    [Fact]
    public async Task What_was_answered_is_not_taken_back_before_the_store_knows()
    {
        await Book.ClaimAsync(Claim("req_answered"), Day);
        _store.Failure = new("away");
        await Book.ClaimAsync(Claim("req_refused"), Day);
        await Book.AnswerAsync(Claim("req_answered"), new(200, "application/json", new byte[7]), Day);
        _store.Failure = null;
        // The store fails again when it hears of the answer, and works when it is asked what runs.
        _store.Telling = static told =>
        {
            if (told.StartsWith("keep", StringComparison.Ordinal)) throw new StoreException("again");
        };
        await Book.RenewAsync();

        _store.Running.Keys.Should().Equal("req_answered");
        _store.Telling = null;
        await Book.RenewAsync();
        _store.Told.Should().Contain("keep req_answered nothing").And.NotContain("release req_answered");
    }

    [Fact]
    public async Task Expired_records_are_deleted_in_batches_until_none_is_left()
    {
        _store.Expired = 250;
        _time.Advance(Day);

        await Book.PruneAsync();

        _store.Told.Should().Equal("prune 100", "prune 100", "prune 50");
        _store.PrunedAt.Should().Be(_time.GetUtcNow());
    }

    [Fact]
    public async Task A_day_after_its_answer_a_record_is_gone_from_the_store()
    {
        using var directory = new TempDirectory();
        await using var store = new SqliteIdempotencyStore(directory.File("gateway.db"), "a-process");
        await store.MigrateAsync(CancellationToken.None);
        var book = new ClaimBook(store, _time, _log);
        await book.ClaimAsync(Claim("req_1"), Day);
        _time.Advance(TimeSpan.FromHours(1));
        await book.AnswerAsync(Claim("req_1"), new(200, "application/json", new byte[7]), Day);

        _time.Advance(Day - TimeSpan.FromMilliseconds(1));
        await book.PruneAsync();
        (await book.ClaimAsync(Claim("req_2"), Day)).Found!.State.Should().Be(IdempotencyState.Kept, "the day begins with the answer");
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await book.PruneAsync();

        (await store.PruneAsync(DateTimeOffset.MaxValue, 100, CancellationToken.None)).Should().Be(0, "nothing is left of it");
        (await book.ClaimAsync(Claim("req_3"), Day)).Found.Should().BeNull();
    }

    private static IdempotencyClaim Claim(string requestId) => new(new byte[32], new byte[32], requestId);
}
