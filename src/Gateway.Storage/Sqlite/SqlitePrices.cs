using Gateway.Core.Stores;
using Gateway.Storage.Ledger;
using Microsoft.Data.Sqlite;

namespace Gateway.Storage.Sqlite;

/// <summary>Prices and corrections, on the connection that writes.</summary>
internal static class SqlitePrices
{
    public static int Save(SqliteConnection connection, IReadOnlyList<PriceLine> prices)
    {
        using var transaction = WriterTransaction.Begin(connection);
        var saved = 0;
        foreach (var price in prices)
        {
            using var command = new SqliteCommand(PriceTable.Insert, connection);
            PriceTable.Bind(command, price);
            saved += command.ExecuteNonQuery();
        }
        transaction.Commit();
        return saved;
    }

    public static int Correct(SqliteConnection connection, IReadOnlyList<CostCorrection> corrections, DateTimeOffset at)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        var corrected = 0;
        foreach (var correction in corrections)
        {
            using var update = new SqliteCommand(PriceTable.Correct, connection, transaction);
            PriceTable.Bind(update, correction);
            if (update.ExecuteNonQuery() == 0)
                continue;
            using var note = new SqliteCommand(PriceTable.Note, connection, transaction);
            PriceTable.BindNote(note, correction, at);
            corrected += note.ExecuteNonQuery();
        }
        transaction.Commit();
        return corrected;
    }
}
