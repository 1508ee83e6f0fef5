using System.Security.Cryptography;
using System.Text;
using Gateway.Core.Stores;

namespace Gateway.Tests.Storage;

/// <summary>What every store of idempotency records does alike; each has a class that runs these and adds its own.</summary>
public abstract class IdempotencyStoreTests : IAsyncLifetime
{
    private protected static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private protected static readonly DateTimeOffset Tomorrow = Noon.AddDays(1);
    private protected static readonly KeptAnswer Answer = new(200, "application/json", "{\"a\":\"\u00e9\"}"u8.ToArray());

    private IIdempotencyStore? _store;

    private protected IIdempotencyStore Store => _store ?? throw new InvalidOperationException("opened in InitializeAsync");

    public async Task InitializeAsync()
    {
        _store = await OpenAsync("a-process");
        await _store.MigrateAsync(CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
    }

    /// <summary>A store without records the first time, the same records later.</summary>
    private protected abstract Task<IIdempotencyStore> OpenAsync(string owner);

    /// <summary>As if the process of this name had been killed.</summary>
    private protected abstract Task DieAsync(string owner);

    [SkippableFact]
    public async Task The_first_claim_is_made_and_the_second_sees_it_run()
    {
        (await ClaimAsync("k", "req_1")).Should().BeNull();

        var record = await ClaimAsync("k", "req_2");

        record!.State.Should().Be(IdempotencyState.Running);
        record.RequestId.Should().Be("req_1");
        record.Digest.ToArray().Should().Equal(Claim("k", "req_1").Digest.ToArray());
        record.Answer.Should().BeNull();
        (await ClaimAsync("other", "req_3")).Should().BeNull("another name is another request");
    }

    [SkippableFact]
    public async Task Of_many_claims_at_once_one_is_made()
    {
        var records = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => ClaimAsync("k", $"req_{i}"))));

        records.Count(static r => r is null).Should().Be(1);
        records.Where(static r => r is not null).Should().OnlyContain(static r => r!.State == IdempotencyState.Running);
    }

    [SkippableFact]
    public async Task An_answer_comes_back_byte_by_byte()
    {
        await ClaimAsync("k", "req_1");
        var body = RandomNumberGenerator.GetBytes(1024 * 1024);

        (await Store.KeepAsync(Claim("k", "req_1"), new(201, "text/event-stream", body), Tomorrow, CancellationToken.None)).Should().BeTrue();

        var record = await ClaimAsync("k", "req_2", "another request");
        record!.State.Should().Be(IdempotencyState.Kept);
        record.RequestId.Should().Be("req_1");
        record.Digest.ToArray().Should().Equal(Claim("k", "req_1").Digest.ToArray(), "the first request's, not the one's that asks");
        (record.Answer!.Status, record.Answer.ContentType).Should().Be((201, "text/event-stream"));
        record.Answer.Body.Span.SequenceEqual(body).Should().BeTrue();
    }

    [SkippableFact]
    public async Task An_answer_that_is_not_kept_is_known_to_have_been_given()
    {
        await ClaimAsync("k", "req_1");

        (await Store.KeepAsync(Claim("k", "req_1"), null, Tomorrow, CancellationToken.None)).Should().BeTrue();

        (await ClaimAsync("k", "req_2"))!.State.Should().Be(IdempotencyState.NotKept);
    }

    [SkippableFact]
    public async Task A_claim_that_is_released_can_be_made_again()
    {
        await ClaimAsync("k", "req_1");

        await Store.ReleaseAsync(Claim("k", "req_1").Running, CancellationToken.None);

        (await ClaimAsync("k", "req_2")).Should().BeNull();
    }

    [SkippableFact]
    public async Task Nobody_releases_or_answers_anothers_claim()
    {
        await ClaimAsync("k", "req_1");

        await Store.ReleaseAsync(Claim("k", "req_2").Running, CancellationToken.None);
        (await Store.KeepAsync(Claim("k", "req_2"), Answer, Tomorrow, CancellationToken.None)).Should().BeFalse();

        (await ClaimAsync("k", "req_3"))!.State.Should().Be(IdempotencyState.Running);
    }

    [SkippableFact]
    public async Task What_was_answered_is_neither_released_nor_answered_again()
    {
        await ClaimAsync("k", "req_1");
        await Store.KeepAsync(Claim("k", "req_1"), Answer, Tomorrow, CancellationToken.None);

        await Store.ReleaseAsync(Claim("k", "req_1").Running, CancellationToken.None);
        (await Store.KeepAsync(Claim("k", "req_1"), null, Tomorrow, CancellationToken.None)).Should().BeFalse();

        (await ClaimAsync("k", "req_2"))!.Answer!.Body.ToArray().Should().Equal(Answer.Body.ToArray());
    }

    [SkippableFact]
    public async Task A_process_is_told_which_of_its_own_claims_have_no_end()
    {
        await ClaimAsync("k", "req_1");
        await ClaimAsync("answered", "req_2");
        await Store.KeepAsync(Claim("answered", "req_2"), null, Tomorrow, CancellationToken.None);
        await using (var other = await OpenAsync("another-process"))
            await other.ClaimAsync(Claim("another", "req_3"), Noon, Tomorrow, CancellationToken.None);

        var running = (await Store.RunningAsync(CancellationToken.None)).Should().ContainSingle().Which;

        running.RequestId.Should().Be("req_1");
        await Store.ReleaseAsync(running, CancellationToken.None);
        (await ClaimAsync("k", "req_4")).Should().BeNull();
    }

    [SkippableFact]
    public async Task A_record_that_expired_is_replaced_as_a_whole()
    {
        await ClaimAsync("k", "req_1");
        await Store.KeepAsync(Claim("k", "req_1"), Answer, Tomorrow, CancellationToken.None);

        (await ClaimAsync("k", "req_2", now: Tomorrow.AddTicks(-10))).Should().NotBeNull("a microsecond is left");
        (await ClaimAsync("k", "req_3", "another request", now: Tomorrow)).Should().BeNull();

        var record = await ClaimAsync("k", "req_4", now: Tomorrow);
        (record!.State, record.RequestId, record.Answer).Should().Be((IdempotencyState.Running, "req_3", null));
        record.Digest.ToArray().Should().Equal(Claim("k", "req_3", "another request").Digest.ToArray());
    }

    [SkippableFact]
    public async Task A_request_that_runs_is_neither_replaced_nor_deleted_however_long_it_takes()
    {
        await ClaimAsync("k", "req_1");
        var late = Noon.AddYears(1);

        (await ClaimAsync("k", "req_2", now: late))!.State.Should().Be(IdempotencyState.Running);
        (await Store.PruneAsync(late, 10, CancellationToken.None)).Should().Be(0);
        (await Store.KeepAsync(Claim("k", "req_1"), Answer, late.AddDays(1), CancellationToken.None)).Should().BeTrue();
    }

    [SkippableFact]
    public async Task What_a_process_that_died_left_is_unknown_until_it_expires()
    {
        await using (var dead = await OpenAsync("a-dead-process"))
            (await dead.ClaimAsync(Claim("k", "req_1"), Noon, Tomorrow, CancellationToken.None)).Should().BeNull();
        await DieAsync("a-dead-process");

        (await ClaimAsync("k", "req_2"))!.State.Should().Be(IdempotencyState.Unknown);
        (await ClaimAsync("k", "req_3", now: Tomorrow)).Should().BeNull();
    }

    [SkippableFact]
    public async Task Expired_records_are_deleted_oldest_first_and_so_many_at_a_time()
    {
        await using (var dead = await OpenAsync("a-dead-process"))
            await dead.ClaimAsync(Claim("left", "req_left"), Noon, Tomorrow.AddMinutes(9), CancellationToken.None);
        await DieAsync("a-dead-process");
        for (var i = 0; i < 5; i++)
        {
            await ClaimAsync($"k{i}", $"req_{i}");
            await Store.KeepAsync(Claim($"k{i}", $"req_{i}"), Answer, Tomorrow.AddMinutes(i), CancellationToken.None);
        }

        (await Store.PruneAsync(Tomorrow.AddTicks(-10), 100, CancellationToken.None)).Should().Be(0, "nothing has expired yet");
        (await Store.PruneAsync(Tomorrow.AddMinutes(3), 2, CancellationToken.None)).Should().Be(2);
        (await StateAsync("k2")).Should().Be(IdempotencyState.Kept, "the two oldest were k0 and k1");
        (await Store.PruneAsync(Tomorrow.AddMinutes(3), 100, CancellationToken.None)).Should().Be(2);
        (await StateAsync("k4")).Should().Be(IdempotencyState.Kept);
        (await Store.PruneAsync(Tomorrow.AddMinutes(9), 100, CancellationToken.None)).Should().Be(2, "k4, and what a dead process left");
    }

    private protected Task<IdempotencyRecord?> ClaimAsync(string name, string requestId, string request = "a request", DateTimeOffset? now = null) =>
        Store.ClaimAsync(Claim(name, requestId, request), now ?? Noon, (now ?? Noon).AddDays(1), CancellationToken.None).AsTask();

    private protected static IdempotencyClaim Claim(string name, string requestId, string request = "a request") =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes(name)), SHA256.HashData(Encoding.UTF8.GetBytes(request)), requestId);

    private async Task<IdempotencyState?> StateAsync(string name) => (await ClaimAsync(name, "req_asks"))?.State;
}
