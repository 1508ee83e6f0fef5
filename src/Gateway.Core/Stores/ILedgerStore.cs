namespace Gateway.Core.Stores;

/// <summary>Where settled rows live. Implementations: SQLite (embedded), PostgreSQL (shared).</summary>
public interface ILedgerStore : ILedgerReader, IAsyncDisposable
{
    /// <summary>The ledger as of one instant, whatever is written meanwhile. To be disposed of soon: the store keeps what it shows.</summary>
    ValueTask<ILedgerSnapshot> SnapshotAsync(CancellationToken cancellationToken);

    /// <summary>Brings the schema up to date; safe to call again, and safe to be killed in.</summary>
    ValueTask MigrateAsync(CancellationToken cancellationToken);

    /// <summary>Writes a batch in one transaction; rows whose attempt is there already are left as they are.</summary>
    /// <returns>How many rows were new.</returns>
    ValueTask<int> AppendAsync(IReadOnlyList<LedgerRow> rows, CancellationToken cancellationToken);

    /// <summary>Adds rows from before an instant up by day and deletes them, oldest first; sums over whole days stay the same.</summary>
    /// <param name="before">The beginning of a day, UTC.</param>
    /// <param name="batch">Rows at most, in one transaction.</param>
    /// <returns>How many rows were added up; fewer than <paramref name="batch"/>: there are no more.</returns>
    ValueTask<int> CompactAsync(DateTimeOffset before, int batch, CancellationToken cancellationToken);

    /// <summary>Keeps what price versions say; those that are known stay as they are.</summary>
    ValueTask SavePricesAsync(IReadOnlyList<PriceLine> prices, CancellationToken cancellationToken);

    /// <summary>Changes the cost of rows, in one transaction, and notes what it was.</summary>
    /// <param name="at">When, for the note.</param>
    /// <returns>How many rows were changed: those that still cost what the correction says they did.</returns>
    ValueTask<int> CorrectAsync(IReadOnlyList<CostCorrection> corrections, DateTimeOffset at, CancellationToken cancellationToken);
}
