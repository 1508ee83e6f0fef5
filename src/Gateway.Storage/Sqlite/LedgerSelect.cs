using System.Text;
using Gateway.Core.Stores;
using Microsoft.Data.Sqlite;

namespace Gateway.Storage.Sqlite;

/// <summary>Builds the two queries over the ledger. Values are parameters, names come from <see cref="LedgerColumns"/>.</summary>
internal static class LedgerSelect
{
    /// <summary>One page and one row more, which tells whether there is another page.</summary>
    public static SqliteCommand Page(SqliteConnection connection, LedgerFilter filter, LedgerCursor? after, int limit)
    {
        var command = connection.CreateCommand();
        var sql = new StringBuilder("SELECT id, ").Append(LedgerColumns.All).Append(" FROM ledger WHERE 1");
        AppendFilter(sql, command, filter);
        if (after is { } cursor)
        {
            sql.Append(" AND (at, id) > ($cursor_at, $cursor_id)");
            command.Parameters.AddWithValue("$cursor_at", cursor.AtMicros);
            command.Parameters.AddWithValue("$cursor_id", cursor.RowId);
        }
        sql.Append(" ORDER BY at, id LIMIT $limit");
        command.Parameters.AddWithValue("$limit", limit + 1);
        return WithText(command, sql);
    }

    /// <summary>The dimensions' columns, then the number of rows, the usage classes and the cost.</summary>
    public static SqliteCommand Sums(SqliteConnection connection, UsageQuery query)
    {
        var command = connection.CreateCommand();
        var dimensions = string.Concat(query.GroupBy.Select(static d => LedgerColumns.Of(d) + ", "));
        var sql = new StringBuilder("SELECT ").Append(dimensions)
            .Append("count(*), sum(input), sum(cache_read), sum(cache_write), sum(cache_write_hour), sum(input_audio), sum(input_image), ")
            .Append("sum(output), sum(reasoning), sum(output_audio), sum(output_image), sum(calls), sum(cost_nano_usd) FROM ledger WHERE 1");
        AppendFilter(sql, command, query.Filter);
        if (query.GroupBy.Count > 0)
        {
            var positions = string.Join(", ", Enumerable.Range(1, query.GroupBy.Count));
            sql.Append(" GROUP BY ").Append(positions).Append(" ORDER BY ").Append(positions);
        }
        return WithText(command, sql);
    }

    private static void AppendFilter(StringBuilder sql, SqliteCommand command, LedgerFilter filter)
    {
        if (filter.From is { } from)
            And("at >= $from", "$from", LedgerColumns.ToMicros(from));
        if (filter.To is { } to)
            And("at < $to", "$to", LedgerColumns.ToMicros(to));
        if (filter.Key is { } key)
            And("key = $key", "$key", key);
        if (filter.Team is { } team)
            And("team = $team", "$team", team);
        if (filter.Model is { } model)
            And("model = $model", "$model", model);
        if (filter.Provider is { } provider)
            And("provider = $provider", "$provider", provider);

        void And(string condition, string parameter, object value)
        {
            sql.Append(" AND ").Append(condition);
            command.Parameters.AddWithValue(parameter, value);
        }
    }

    private static SqliteCommand WithText(SqliteCommand command, StringBuilder sql)
    {
#pragma warning disable CA2100 // Only constants and names of a closed set are in the text; every value is a parameter.
        command.CommandText = sql.ToString();
#pragma warning restore CA2100
        return command;
    }
}
