using System.Globalization;
using Gateway.Core.Stores;

namespace Gateway.Storage.Idempotency;

/// <summary>The statements over idempotency records, in words that SQLite and PostgreSQL share but for who is alive.</summary>
/// <remarks>Columns are named with their table: in the second half of an upsert the bare name could be the new row's.</remarks>
internal sealed class IdempotencySql
{
    private const string ServerNow = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint";

    /// <summary>A file belongs to one process: what another one has claimed is dead.</summary>
    public static readonly IdempotencySql Sqlite = new("idempotency.owner = @owner", "0", "1 = 1");

    /// <summary>By the server's clock, which all instances share.</summary>
    public static readonly IdempotencySql Postgres = new(
        "(idempotency.owner = @owner OR idempotency.alive_until > " + ServerNow + ")",
        ServerNow + " + " + Micros(IdempotencyLease.Duration),
        "idempotency.alive_until + " + Micros(IdempotencyLease.Doubt) + " <= " + ServerNow);

    /// <param name="over">Whether a request without an answer, whose process is silent, cannot be under way any more.</param>
    private IdempotencySql(string alive, string lease, string over)
    {
        var running = "idempotency.status IS NULL AND " + alive;
        var expired = "idempotency.expires_at <= @now AND NOT (" + running + ") AND (idempotency.status IS NOT NULL OR " + over + ")";
        Claim = "INSERT INTO idempotency (id, digest, request_id, owner, alive_until, expires_at) VALUES (@id, @digest, @request_id, @owner, " + lease + ", @expires_at) "
            + "ON CONFLICT (id) DO UPDATE SET digest = excluded.digest, request_id = excluded.request_id, owner = excluded.owner, alive_until = excluded.alive_until, "
            + "expires_at = excluded.expires_at, status = NULL, content_type = NULL, body = NULL WHERE " + expired;
        Read = "SELECT digest, request_id, status, content_type, body, CASE WHEN " + running + " THEN 1 ELSE 0 END FROM idempotency WHERE id = @id";
        Renew = "UPDATE idempotency SET alive_until = " + lease + " WHERE owner = @owner AND status IS NULL";
        // The condition stands twice: a record that is claimed anew between the two looks at it is not an old one any more.
        Prune = "DELETE FROM idempotency WHERE id IN (SELECT id FROM idempotency WHERE " + expired + " ORDER BY expires_at LIMIT @limit) AND " + expired;
    }

    public string Claim { get; }

    public string Read { get; }

    public string Renew { get; }

    public string Prune { get; }

    public const string Keep = "UPDATE idempotency SET status = @status, content_type = @content_type, body = @body, expires_at = @expires_at "
        + "WHERE id = @id AND request_id = @request_id AND status IS NULL";

    public const string Running = "SELECT id, request_id FROM idempotency WHERE owner = @owner AND status IS NULL";

    /// <summary>Answered, but nothing is kept of it: a status and no body.</summary>
    public const string KeepNothing = "UPDATE idempotency SET status = 0, expires_at = @expires_at WHERE id = @id AND request_id = @request_id AND status IS NULL";

    private static string Micros(TimeSpan time) => ((long)time.TotalMicroseconds).ToString(CultureInfo.InvariantCulture);

    public const string Release = "DELETE FROM idempotency WHERE id = @id AND request_id = @request_id AND status IS NULL";
}
