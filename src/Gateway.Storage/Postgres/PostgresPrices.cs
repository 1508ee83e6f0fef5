using Gateway.Core.Stores;
using Gateway.Storage.Ledger;
using Npgsql;

namespace Gateway.Storage.Postgres;

/// <summary>Prices and corrections, in a transaction each.</summary>
internal static class PostgresPrices
{
    public static async Task<int> SaveAsync(NpgsqlConnection connection, IReadOnlyList<PriceLine> prices, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var saved = 0;
        // In one order, so that two instances that save the same prices do not wait for each other.
        foreach (var price in prices.OrderBy(static p => p.Version, StringComparer.Ordinal))
        {
            await using var command = new NpgsqlCommand(PriceTable.Insert, connection, transaction);
            PriceTable.Bind(command, price);
            saved += await command.ExecuteNonQueryAsync(cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
        return saved;
    }

    public static async Task<int> CorrectAsync(NpgsqlConnection connection, IReadOnlyList<CostCorrection> corrections, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var corrected = 0;
        foreach (var correction in corrections)
        {
            await using var update = new NpgsqlCommand(PriceTable.Correct, connection, transaction);
            PriceTable.Bind(update, correction);
            if (await update.ExecuteNonQueryAsync(cancellationToken) == 0)
                continue;
            await using var note = new NpgsqlCommand(PriceTable.Note, connection, transaction);
            PriceTable.BindNote(note, correction, at);
            corrected += await note.ExecuteNonQueryAsync(cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
        return corrected;
    }
}
