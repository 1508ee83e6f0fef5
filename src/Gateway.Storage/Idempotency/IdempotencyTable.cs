using System.Data.Common;
using Gateway.Core.Stores;
using Gateway.Storage.Entities;
using Gateway.Storage.Ledger;

namespace Gateway.Storage.Idempotency;

/// <summary>The records of a database, on a connection that the store has opened. Each method but the claim is one statement.</summary>
/// <param name="owner">The process that asks.</param>
internal sealed class IdempotencyTable(IdempotencySql sql, string owner)
{
    public async Task<IdempotencyRecord?> ClaimAsync(DbConnection connection, IdempotencyClaim claim, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        while (true)
        {
            await using (var command = EntitySql.Command(
                connection, null, sql.Claim,
                ("@id", claim.Id.ToArray()), ("@digest", claim.Digest.ToArray()), ("@request_id", claim.RequestId), ("@owner", owner),
                ("@now", LedgerColumns.ToMicros(now)), ("@expires_at", LedgerColumns.ToMicros(expiresAt))))
            {
                if (await command.ExecuteNonQueryAsync(cancellationToken) > 0)
                    return null;
            }
            // Gone again: whoever had it released it in between. That is somebody's progress each time, so this ends.
            if (await ReadAsync(connection, claim, cancellationToken) is { } record)
                return record;
        }
    }

    public async Task<bool> KeepAsync(DbConnection connection, IdempotencyClaim claim, KeptAnswer? answer, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        var until = LedgerColumns.ToMicros(expiresAt);
        await using var command = answer is null
            ? EntitySql.Command(connection, null, IdempotencySql.KeepNothing, ("@id", claim.Id.ToArray()), ("@request_id", claim.RequestId), ("@expires_at", until))
            : EntitySql.Command(
                connection, null, IdempotencySql.Keep,
                ("@id", claim.Id.ToArray()), ("@request_id", claim.RequestId), ("@expires_at", until),
                ("@status", (long)answer.Status), ("@content_type", answer.ContentType), ("@body", answer.Body.ToArray()));
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    public static async Task<int> ReleaseAsync(DbConnection connection, RunningClaim claim, CancellationToken cancellationToken)
    {
        await using var command = EntitySql.Command(connection, null, IdempotencySql.Release, ("@id", claim.Id.ToArray()), ("@request_id", claim.RequestId));
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<int> RenewAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using var command = EntitySql.Command(connection, null, sql.Renew, ("@owner", owner));
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<RunningClaim>> RunningAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using var command = EntitySql.Command(connection, null, IdempotencySql.Running, ("@owner", owner));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var running = new List<RunningClaim>();
        while (await reader.ReadAsync(cancellationToken))
            running.Add(new(reader.GetFieldValue<byte[]>(0), reader.GetString(1)));
        return running;
    }

    public async Task<int> PruneAsync(DbConnection connection, DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        await using var command = EntitySql.Command(connection, null, sql.Prune, ("@owner", owner), ("@now", LedgerColumns.ToMicros(now)), ("@limit", (long)limit));
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<IdempotencyRecord?> ReadAsync(DbConnection connection, IdempotencyClaim claim, CancellationToken cancellationToken)
    {
        await using var command = EntitySql.Command(connection, null, sql.Read, ("@id", claim.Id.ToArray()), ("@owner", owner));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return null;
        var answer = reader.IsDBNull(4) ? null : new KeptAnswer((int)reader.GetInt64(2), reader.GetString(3), reader.GetFieldValue<byte[]>(4));
        var state = answer is not null ? IdempotencyState.Kept
            : !reader.IsDBNull(2) ? IdempotencyState.NotKept
            : reader.GetInt32(5) == 1 ? IdempotencyState.Running : IdempotencyState.Unknown;
        return new(state, reader.GetFieldValue<byte[]>(0), reader.GetString(1), answer);
    }
}
