using System.Data.Common;
using Gateway.Core.Stores;

namespace Gateway.Storage.Ledger;

/// <summary>The statements over prices and corrections, which are the same in every dialect.</summary>
internal static class PriceTable
{
    public const string Insert = "INSERT INTO price (version, line) VALUES (@version, @line) ON CONFLICT (version) DO NOTHING";

    /// <summary>Only a row that still costs what it did: two that correct at once do it once.</summary>
    public const string Correct =
        "UPDATE ledger SET cost_nano_usd = @new_cost, price_version = @new_version WHERE attempt_id = @attempt AND cost_nano_usd = @old_cost";

    public const string Note =
        "INSERT INTO ledger_correction (attempt_id, at, old_cost_nano_usd, new_cost_nano_usd, old_price_version, new_price_version) "
        + "VALUES (@attempt, @at, @old_cost, @new_cost, @old_version, @new_version)";

    public static async Task<IReadOnlyList<PriceLine>> ReadAsync(DbCommand command, CancellationToken cancellationToken)
    {
        command.CommandText = "SELECT version, line FROM price ORDER BY version";
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var prices = new List<PriceLine>();
        while (await reader.ReadAsync(cancellationToken))
            prices.Add(new(reader.GetString(0), reader.GetString(1)));
        return prices;
    }

    public static async Task<IReadOnlyList<CorrectedRow>> ReadCorrectionsAsync(DbCommand command, CancellationToken cancellationToken)
    {
        command.CommandText = "SELECT r.attempt_id, r.at, r.key, r.team, r.instance, c.at, c.old_cost_nano_usd, c.new_cost_nano_usd, r.function "
            + "FROM ledger_correction AS c JOIN ledger AS r ON r.attempt_id = c.attempt_id ORDER BY c.id";
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var corrections = new List<CorrectedRow>();
        while (await reader.ReadAsync(cancellationToken))
            corrections.Add(new(
                reader.GetString(0), LedgerColumns.FromMicros(reader.GetInt64(1)), reader.GetString(2), Optional(3), Optional(4),
                LedgerColumns.FromMicros(reader.GetInt64(5)), new(reader.GetInt64(6)), new(reader.GetInt64(7)), Optional(8)));
        return corrections;

        string? Optional(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }

    public static void Bind(DbCommand command, PriceLine price)
    {
        Add(command, "@version", price.Version);
        Add(command, "@line", price.Line);
    }

    public static void Bind(DbCommand command, CostCorrection correction)
    {
        Add(command, "@attempt", correction.AttemptId);
        Add(command, "@old_cost", correction.OldCost.Value);
        Add(command, "@new_cost", correction.NewCost.Value);
        Add(command, "@new_version", correction.NewPriceVersion);
    }

    public static void BindNote(DbCommand command, CostCorrection correction, DateTimeOffset at)
    {
        Bind(command, correction);
        Add(command, "@at", LedgerColumns.ToMicros(at));
        Add(command, "@old_version", (object?)correction.OldPriceVersion ?? DBNull.Value);
    }

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }
}
