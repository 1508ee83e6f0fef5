using System.Globalization;
using Gateway.Core.Stores;
using Gateway.Storage.Postgres;
using Gateway.TestSupport;

namespace Gateway.Tests.Storage;

[Collection(PostgresTests.Name)]
public sealed class PostgresIdempotencyStoreTests(PostgresFixture postgres) : IdempotencyStoreTests
{
    private const string LeaseLeft = "SELECT alive_until - (extract(epoch FROM clock_timestamp()) * 1000000)::bigint FROM idempotency";

    private PostgresAddress? _address;

    private PostgresAddress Address => _address ?? throw new InvalidOperationException("set in OpenAsync");

    private protected override async Task<IIdempotencyStore> OpenAsync(string owner)
    {
        _address ??= await postgres.EmptyDatabaseAsync("idempotency");
        return new PostgresIdempotencyStore(_address, owner);
    }

    private protected override Task DieAsync(string owner) =>
        AgeAsync(owner, IdempotencyLease.Duration + IdempotencyLease.Doubt);

    private Task<object?> AgeAsync(string owner, TimeSpan silence) =>
        PostgresServer.ExecuteAsync(Address, $"UPDATE idempotency SET alive_until = alive_until - {(long)silence.TotalMicroseconds} WHERE owner = '{owner}'");

    [SkippableFact]
    public async Task What_another_instance_makes_is_seen_to_run()
    {
        await using var other = new PostgresIdempotencyStore(Address, "another-process");
        await other.ClaimAsync(Claim("k", "req_1"), Noon, Tomorrow, CancellationToken.None);

        (await ClaimAsync("k", "req_2"))!.State.Should().Be(IdempotencyState.Running);
        (await ClaimAsync("k", "req_3", now: Noon.AddYears(1)))!.State.Should().Be(IdempotencyState.Running, "it says so itself");

        await other.KeepAsync(Claim("k", "req_1"), Answer, Tomorrow, CancellationToken.None);
        (await ClaimAsync("k", "req_4"))!.State.Should().Be(IdempotencyState.Kept);
    }

    [SkippableFact]
    public async Task An_instance_that_says_it_lives_is_believed_for_a_while_and_for_its_own_claims()
    {
        await using var other = new PostgresIdempotencyStore(Address, "another-process");
        await other.ClaimAsync(Claim("k", "req_1"), Noon, Tomorrow, CancellationToken.None);
        await DieAsync("another-process");
        (await ClaimAsync("k", "req_2"))!.State.Should().Be(IdempotencyState.Unknown);

        await Store.RenewAsync(CancellationToken.None);
        (await ClaimAsync("k", "req_3"))!.State.Should().Be(IdempotencyState.Unknown, "that was somebody else");
        await other.RenewAsync(CancellationToken.None);

        (await ClaimAsync("k", "req_4"))!.State.Should().Be(IdempotencyState.Running);
        Convert.ToInt64(await PostgresServer.ExecuteAsync(Address, LeaseLeft), CultureInfo.InvariantCulture)
            .Should().BePositive().And.BeLessThanOrEqualTo((long)IdempotencyLease.Duration.TotalMicroseconds);
    }

    /// <summary>A gateway that is cut off from the store still makes its request: a short <c>keep</c> must not have it made twice.</summary>
    [SkippableFact]
    public async Task What_a_silent_instance_claimed_is_not_made_again_when_it_expires_but_an_hour_later()
    {
        await using var other = new PostgresIdempotencyStore(Address, "another-process");
        await other.ClaimAsync(Claim("k", "req_1"), Noon, Noon.AddSeconds(10), CancellationToken.None);
        await AgeAsync("another-process", IdempotencyLease.Duration);

        (await ClaimAsync("k", "req_2", now: Noon.AddSeconds(20)))!.State.Should().Be(IdempotencyState.Unknown);
        (await Store.PruneAsync(Noon.AddSeconds(20), 10, CancellationToken.None)).Should().Be(0);

        await AgeAsync("another-process", IdempotencyLease.Doubt);
        (await ClaimAsync("k", "req_3", now: Noon.AddSeconds(20))).Should().BeNull("nobody is at it any more");
    }

    [SkippableFact]
    public async Task A_process_believes_its_own_claims_also_when_it_could_not_say_so()
    {
        await ClaimAsync("k", "req_1");
        await DieAsync("a-process");

        (await ClaimAsync("k", "req_2"))!.State.Should().Be(IdempotencyState.Running);
    }

    [SkippableFact]
    public async Task A_server_that_is_away_says_so()
    {
        await using var nowhere = new PostgresIdempotencyStore(Address with { Port = 1 }, "a-process");

        var claiming = async () => await nowhere.ClaimAsync(Claim("k", "req_1"), Noon, Tomorrow, CancellationToken.None);

        await claiming.Should().ThrowAsync<StoreException>().WithMessage("*cannot be reached*");
    }
}
