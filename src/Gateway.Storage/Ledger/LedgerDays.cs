namespace Gateway.Storage.Ledger;

/// <summary>Old rows, added up by day. The same words in both dialects, but for where the rows come from.</summary>
internal static class LedgerDays
{
    private const string Dimensions = "key, team, endpoint, model, provider, target_model, status, instance";

    private const string Into =
        "INSERT INTO ledger_day (at, key, team, endpoint, model, provider, target_model, status, instance, requests, "
        + "input, cache_read, cache_write, cache_write_hour, input_audio, input_image, output, reasoning, output_audio, output_image, calls, cost_nano_usd, cache_hits, saved_nano_usd) "
        + "SELECT at - ((at % 86400000000) + 86400000000) % 86400000000, " + Dimensions + ", count(*), "
        + "sum(input), sum(cache_read), sum(cache_write), sum(cache_write_hour), sum(input_audio), sum(input_image), "
        + "sum(output), sum(reasoning), sum(output_audio), sum(output_image), sum(calls), sum(cost_nano_usd), count(saved_nano_usd), coalesce(sum(saved_nano_usd), 0) FROM ";

    private const string Oldest = "SELECT id FROM ledger WHERE at < @before ORDER BY at, id LIMIT @batch";

    private const string Grouped = " GROUP BY 1, " + Dimensions;

    /// <summary>First the sums, then <see cref="Delete"/>, in one transaction in which nobody else writes.</summary>
    public const string Sum = Into + "ledger WHERE id IN (" + Oldest + ")" + Grouped;

    public const string Delete = "DELETE FROM ledger WHERE id IN (" + Oldest + ")";

    /// <summary>Both at once, where others write beside: exactly the rows that are gone are added up. How many they were is its one result.</summary>
    public const string Move =
        "WITH gone AS (DELETE FROM ledger WHERE id IN (" + Oldest + ") RETURNING *), "
        + "days AS (" + Into + "gone" + Grouped + ") SELECT count(*) FROM gone";
}
