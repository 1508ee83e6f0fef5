using System.Data.Common;
using System.Text;
using Gateway.Core.Stores;

namespace Gateway.Storage.Ledger;

/// <summary>Builds the two queries over the ledger, in words that SQLite and PostgreSQL share. Values are parameters, names come from <see cref="LedgerColumns"/>.</summary>
internal static class LedgerSelect
{
    /// <summary>Where the page before ended; null for the first page.</summary>
    /// <exception cref="ArgumentException">The cursor is none, or the limit is less than a row.</exception>
    public static LedgerCursor? CursorOf(LedgerQuery query)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1);
        if (query.Cursor is null)
            return null;
        return LedgerCursor.TryParse(query.Cursor, out var cursor) ? cursor : throw new ArgumentException("not a cursor of this ledger", nameof(query));
    }

    /// <summary>One page and one row more, which tells whether there is another page.</summary>
    public static void Page(DbCommand command, LedgerFilter filter, LedgerCursor? after, int limit)
    {
        var sql = new StringBuilder("SELECT id, ").Append(LedgerColumns.All).Append(" FROM ledger WHERE TRUE");
        AppendFilter(sql, command, filter);
        if (after is { } cursor)
        {
            sql.Append(" AND (at, id) > (@cursor_at, @cursor_id)");
            Add(command, "@cursor_at", cursor.AtMicros);
            Add(command, "@cursor_id", cursor.RowId);
        }
        sql.Append(" ORDER BY at, id LIMIT @limit");
        Add(command, "@limit", limit + 1L);
        SetText(command, sql);
    }

    /// <summary>The dimensions' columns, then the number of rows, the usage classes and the cost.</summary>
    /// <param name="byTag">The ledger with a column <c>tag</c>, in the dialect's words: a row for each distinct tag of a row, and one with null where it has none.</param>
    public static void Sums(DbCommand command, UsageQuery query, string byTag)
    {
        var dimensions = string.Concat(query.GroupBy.Select(static d => LedgerColumns.Of(d) + ", "));
        var sql = new StringBuilder("SELECT ").Append(dimensions).Append("CAST(coalesce(sum(requests), 0) AS bigint)");
        // PostgreSQL sums bigints into a numeric, which is exact; back to the integer it was made of.
        foreach (var column in Summed)
            sql.Append(", CAST(coalesce(sum(").Append(column).Append("), 0) AS bigint)");
        sql.Append(" FROM ").Append(Source(query, byTag)).Append(" WHERE TRUE");
        AppendFilter(sql, command, query.Filter);
        if (query.GroupBy.Count > 0)
        {
            var positions = Enumerable.Range(1, query.GroupBy.Count).ToArray();
            sql.Append(" GROUP BY ").AppendJoin(", ", positions)
                .Append(" ORDER BY ").AppendJoin(", ", positions.Select(static p => $"{p} NULLS FIRST"));
        }
        if (query.Limit is { } limit)
        {
            sql.Append(" LIMIT @limit");
            Add(command, "@limit", (long)limit);
        }
        SetText(command, sql);
    }

    private static string Source(UsageQuery query, string byTag) =>
        query.GroupBy.Contains(UsageDimension.Tag) ? byTag : query.RowsOnly ? Rows : query.GroupBy.Contains(UsageDimension.Function) ? WithFunctions : "ledger_all";

    private const string Rows = "(SELECT *, 1 AS requests, CASE WHEN saved_nano_usd IS NULL THEN 0 ELSE 1 END AS cache_hits FROM ledger) AS ledger_rows";

    private const string Kept = "at, key, team, endpoint, model, provider, target_model, status, instance, "
        + "input, cache_read, cache_write, cache_write_hour, input_audio, input_image, output, reasoning, output_audio, output_image, calls, cost_nano_usd, saved_nano_usd";

    /// <summary>As <c>ledger_all</c>, with the column that its days do not have.</summary>
    private const string WithFunctions = "(SELECT " + Kept + ", \"user\", function, 1 AS requests, CASE WHEN saved_nano_usd IS NULL THEN 0 ELSE 1 END AS cache_hits FROM ledger "
        + "UNION ALL SELECT " + Kept + ", NULL, NULL, requests, cache_hits FROM ledger_day) AS ledger_functions";

    private static readonly string[] Summed =
    [
        "input", "cache_read", "cache_write", "cache_write_hour", "input_audio", "input_image",
        "output", "reasoning", "output_audio", "output_image", "calls", "cost_nano_usd",
        "cache_hits", "saved_nano_usd",
    ];

    private static void AppendFilter(StringBuilder sql, DbCommand command, LedgerFilter filter)
    {
        if (filter.From is { } from)
            And("at >= @from", "@from", LedgerColumns.ToMicros(from));
        if (filter.To is { } to)
            And("at < @to", "@to", LedgerColumns.ToMicros(to));
        if (filter.Key is { } key)
            And("key = @key", "@key", key);
        if (filter.Team is { } team)
            And("team = @team", "@team", team);
        if (filter.Model is { } model)
            And("model = @model", "@model", model);
        if (filter.Provider is { } provider)
            And("provider = @provider", "@provider", provider);
        if (filter.Teams is { } teams)
        {
            sql.Append(teams.Count == 0 ? " AND FALSE" : $" AND team IN ({string.Join(", ", teams.Select(static (_, i) => $"@team{i}"))})");
            foreach (var (i, one) in teams.Index())
                Add(command, $"@team{i}", one);
        }

        void And(string condition, string parameter, object value)
        {
            sql.Append(" AND ").Append(condition);
            Add(command, parameter, value);
        }
    }

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }

    private static void SetText(DbCommand command, StringBuilder sql)
    {
#pragma warning disable CA2100 // Only constants and names of a closed set are in the text; every value is a parameter.
        command.CommandText = sql.ToString();
#pragma warning restore CA2100
    }
}
