using Gateway.Core.Errors;
using Gateway.Core.Stores;
using Gateway.Idempotency;
using Gateway.Storage.Postgres;
using Gateway.Tests.Config;
using Gateway.Tests.Metering;
using Gateway.Tests.Storage;
using Gateway.TestSupport;

namespace Gateway.Tests.Idempotency;

/// <summary>A claim that was given up and arrives all the same.</summary>
[Collection(PostgresTests.Name)]
public sealed class LateClaimTests(PostgresFixture postgres)
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    [SkippableFact]
    public async Task A_claim_that_a_stalled_session_delivers_after_it_was_given_up_is_taken_back_at_the_next_beat()
    {
        var address = await postgres.EmptyDatabaseAsync("idempotency");
        await using var proxy = new CuttingProxy(address.Port);
        await using var store = new PostgresIdempotencyStore(address with { Port = proxy.Port }, "a-process");
        await store.MigrateAsync(CancellationToken.None);
        var book = new ClaimBook(store, TimeProvider.System, new RecordingLogger<ClaimBook>());
        await book.ClaimAsync(Claim(1, "req_running"), Day);

        proxy.Hold();
        (await book.ClaimAsync(Claim(2, "req_late"), Day)).Error!.Kind.Should().Be(ErrorKind.StoreUnavailable);
        await book.RenewAsync();
        proxy.Deliver();
        await Ledgers.EventuallyAsync(
            () => PostgresServer.ExecuteAsync(address, "SELECT count(*) FROM idempotency WHERE request_id = 'req_late'").GetAwaiter().GetResult() is 1L, "the claim arrives late");

        await book.RenewAsync();

        (await book.ClaimAsync(Claim(2, "req_again"), Day)).Found.Should().BeNull("nothing was sent for the late one");
        (await book.ClaimAsync(Claim(1, "req_other"), Day)).Found!.State.Should().Be(IdempotencyState.Running, "what is under way stays");
    }

    private static IdempotencyClaim Claim(byte key, string requestId) => new(Enumerable.Repeat(key, 32).ToArray(), new byte[32], requestId);
}
