using Gateway.Core.Stores;
using Gateway.Storage.Ledger;
using Npgsql;
using NpgsqlTypes;

namespace Gateway.Storage.Postgres;

/// <summary>The statements over leases. Times are microseconds since 1970 by the server's clock: gateways need not agree on one.</summary>
internal static class ShareSql
{
    /// <summary>The first column of the one result that has rows to read.</summary>
    public const string GrantColumn = "has";

    // Of a gateway that is silent for too long, or forgotten, all it has counts as used.
    private const string OthersText = """
        SELECT coalesce(sum(l.granted), 0)::bigint, coalesce(sum(CASE WHEN i.seen_at + $4 >= now_micros() THEN l.used ELSE greatest(l.used, l.granted) END), 0)::bigint
        FROM unnest($2::text[], $3::bigint[]) WITH ORDINALITY AS a(name, start, n)
        LEFT JOIN (limit_lease l LEFT JOIN instance i ON i.id = l.instance) ON l.name = a.name AND l.span >= a.start AND l.instance <> $1
        GROUP BY a.n ORDER BY a.n
        """;

    public const string Leases = """
        SELECT name, span, instance, granted, used FROM limit_lease
        WHERE name LIKE 'budget %' AND (until IS NULL OR until > now_micros()) ORDER BY name, span, instance
        """;

    public const string Instances = """
        SELECT i.id, i.host, i.version, i.started_at, i.ends_after, i.seen_at, now_micros(), coalesce(sum(l.granted - l.used) FILTER (WHERE l.granted > l.used), 0)::bigint
        FROM instance i LEFT JOIN limit_lease l ON l.instance = i.id AND l.name LIKE 'budget %' AND (l.until IS NULL OR l.until > now_micros())
        GROUP BY i.id ORDER BY i.id
        """;

    // What it spent after it last said so stands in its rows.
    // The row of the gateway is locked: should it say something at this moment, either it is dead no more, or what it says comes after this.
    private const string ReleaseText = """
        WITH dead AS (SELECT id FROM instance WHERE id = $1 AND seen_at + $2 < now_micros() FOR UPDATE),
        lease AS (
            SELECT l.name, l.span, l.granted, greatest(l.used, a.spent) AS used
            FROM unnest($3::text[], $4::bigint[], $5::bigint[]) AS a(name, span, spent) JOIN limit_lease l ON l.name = a.name AND l.span = a.span
            WHERE l.instance = $1
        ),
        back AS (
            UPDATE limit_lease l SET granted = lease.used, used = lease.used FROM lease, dead
            WHERE l.instance = dead.id AND l.name = lease.name AND l.span = lease.span
            RETURNING greatest(0, lease.granted - lease.used) AS freed
        )
        SELECT (SELECT coalesce(sum(freed), 0)::bigint FROM back) FROM dead
        """;

    private const string ForgetText = """
        WITH gone AS (DELETE FROM instance WHERE id = $1 AND seen_at + $2 < now_micros() RETURNING id),
        rates AS (DELETE FROM limit_lease WHERE instance IN (SELECT id FROM gone) AND name LIKE 'rate %')
        SELECT count(*) FROM gone
        """;

    public const string Prune = """
        DELETE FROM limit_lease WHERE until < $1 OR (name LIKE 'rate %' AND NOT EXISTS (SELECT FROM instance i WHERE i.id = instance AND i.seen_at >= $1))
        """;

    // What others have counts (as used: see above), and what this gateway has in earlier spans of a budget that rolls; of rates only what a gateway has that may still be at work.
    private const string GrantText = """
        WITH ask AS (
            SELECT * FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[])
                WITH ORDINALITY AS a(name, span, start, until, lim, has, used, needs, asked, likes, grace, n)
        ), other AS (
            SELECT a.n, a.lim - a.has - coalesce(sum(l.granted), 0)::bigint AS left_over,
                coalesce(sum(l.granted) FILTER (WHERE l.instance <> $1), 0)::bigint AS have, 
                coalesce(sum(CASE WHEN i.seen_at + $14 >= now_micros() THEN l.used ELSE greatest(l.used, l.granted) END) FILTER (WHERE l.instance <> $1), 0)::bigint AS used
            FROM ask a LEFT JOIN (limit_lease l LEFT JOIN instance i ON i.id = l.instance) ON l.name = a.name AND l.span >= a.start AND (l.instance <> $1 OR l.span <> a.span)
                AND (a.grace IS NULL OR l.instance = $1 OR i.seen_at + a.grace > now_micros())
            GROUP BY a.n, a.lim, a.has
        ), given AS (
            SELECT a.*, o.left_over, o.have AS others_have, o.used AS others_used,
                a.has + CASE WHEN o.left_over < greatest(a.needs, 1) THEN 0
                    ELSE least(o.left_over, a.asked) + least(a.likes, (o.left_over - least(o.left_over, a.asked)) / 8) END AS has_now
            FROM ask a JOIN other o ON o.n = a.n
        ), saved AS (
            INSERT INTO limit_lease (name, span, instance, granted, used, until, said) SELECT name, span, $1, has_now, used, until, $13 FROM given
            ON CONFLICT (name, span, instance) DO UPDATE SET granted = excluded.granted, used = excluded.used, said = excluded.said WHERE limit_lease.said < excluded.said
        )
        SELECT has_now AS has, left_over - (has_now - has), others_have, others_used FROM given ORDER BY n
        """;

    /// <summary>Gives the start that was noted before, and how long ago it was last seen; null where there was none.</summary>
    public static NpgsqlBatchCommand Seen(Instance instance) => new("""
        INSERT INTO instance (id, host, version, started_at, ends_after, seen_at) VALUES ($1, $2, $3, $4, $5, now_micros())
        ON CONFLICT (id) DO UPDATE
        SET host = excluded.host, version = excluded.version, started_at = excluded.started_at, ends_after = excluded.ends_after, seen_at = excluded.seen_at
        RETURNING (SELECT i.started_at FROM instance i WHERE i.id = $1), seen_at - (SELECT i.seen_at FROM instance i WHERE i.id = $1)
        """)
    {
        Parameters =
        {
            Text(instance.Id),
            Text(PostgresText.Storable(instance.Host)),
            Text(instance.Version),
            Number(Micros(instance.StartedAt)),
            new() { Value = instance.EndsAfter is { } after ? Micros(after) : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
        },
    };

    /// <summary>What it has of budgets is said again in the same batch; spans that are over stay as they are.</summary>
    public static NpgsqlBatchCommand Reset(string instance, long number) => new("UPDATE limit_lease SET granted = 0, used = 0 WHERE instance = $1 AND said < $2 AND (until IS NULL OR until > now_micros())")
    {
        Parameters = { Text(instance), Number(number) },
    };

    /// <summary>Until the end of the batch, in one order for all.</summary>
    public static NpgsqlBatchCommand Lock(IEnumerable<string> names) => new(
        "SELECT pg_advisory_xact_lock(k) FROM (SELECT DISTINCT hashtextextended(n, 0) AS k FROM unnest($1::text[]) AS n ORDER BY 1) AS locks")
    {
        Parameters = { Texts(names) },
    };

    public static NpgsqlBatchCommand Grant(string instance, long number, TimeSpan usedAfter, IReadOnlyList<ShareRequest> requests) => new(GrantText)
    {
        Parameters =
        {
            Text(instance),
            Texts(requests.Select(static r => r.Name)),
            Numbers(requests.Select(static r => r.Span)),
            Numbers(requests.Select(static r => r.From)),
            Optional(requests.Select(static r => r.Until is { } until ? Micros(until) : (long?)null)),
            Numbers(requests.Select(static r => r.Limit)),
            Numbers(requests.Select(static r => r.Has)),
            Numbers(requests.Select(static r => r.Used)),
            Numbers(requests.Select(static r => r.Needs)),
            Numbers(requests.Select(static r => r.Asked)),
            Numbers(requests.Select(static r => r.Likes)),
            Optional(requests.Select(static r => r.Grace is { } grace ? Micros(grace) : (long?)null)),
            Number(number),
            Number(Micros(usedAfter)),
        },
    };

    public static NpgsqlCommand Others(string instance, TimeSpan usedAfter, IReadOnlyList<ShareSpan> spans) => new(OthersText)
    {
        Parameters = { Text(instance), Texts(spans.Select(static s => s.Name)), Numbers(spans.Select(static s => s.From)), Number(Micros(usedAfter)) },
    };

    public static NpgsqlBatchCommand Adopt(IReadOnlyList<PastUse> uses) => new("""
        INSERT INTO limit_lease (name, span, instance, granted, used, until, said)
        SELECT name, span, instance, used, used, until, 0 FROM unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[]) AS a(name, span, instance, used, until, start)
        WHERE NOT EXISTS (SELECT FROM limit_lease l WHERE l.name = a.name AND l.instance = a.instance AND l.span >= a.start)
        ON CONFLICT (name, span, instance) DO NOTHING
        """)
    {
        Parameters =
        {
            Texts(uses.Select(static u => u.Name)),
            Numbers(uses.Select(static u => u.Span)),
            Texts(uses.Select(static u => u.Instance)),
            Numbers(uses.Select(static u => u.Used)),
            Optional(uses.Select(static u => u.Until is { } until ? Micros(until) : (long?)null)),
            Numbers(uses.Select(static u => u.From)),
        },
    };

    public static NpgsqlBatchCommand Forget(string instance, TimeSpan deadAfter) => new(ForgetText)
    {
        Parameters = { Text(instance), Number(Micros(deadAfter)) },
    };

    public static NpgsqlBatchCommand Release(string instance, TimeSpan deadAfter, IReadOnlyList<LedgerSpend> spent) => new(ReleaseText)
    {
        Parameters =
        {
            Text(instance),
            Number(Micros(deadAfter)),
            Texts(spent.Select(static s => s.Name)),
            Numbers(spent.Select(static s => s.Span)),
            Numbers(spent.Select(static s => s.Spent)),
        },
    };

    public static NpgsqlParameter Text(string value) => new() { Value = value, NpgsqlDbType = NpgsqlDbType.Text };

    public static NpgsqlParameter Number(long value) => new() { Value = value, NpgsqlDbType = NpgsqlDbType.Bigint };

    public static NpgsqlParameter Texts(IEnumerable<string> values) => new() { Value = values.Select(PostgresText.Storable).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };

    public static NpgsqlParameter Numbers(IEnumerable<long> values) => new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint };

    public static long Micros(TimeSpan time) => time.Ticks / TimeSpan.TicksPerMicrosecond;

    public static long Micros(DateTimeOffset instant) => LedgerColumns.ToMicros(instant);

    public static DateTimeOffset Instant(long micros) => LedgerColumns.FromMicros(micros);

    private static NpgsqlParameter Optional(IEnumerable<long?> values) => new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint };
}
