namespace Gateway.Core.Stores;

/// <summary>Where settled rows live. Implementations: SQLite (embedded), PostgreSQL (shared).</summary>
public interface ILedgerStore : IAsyncDisposable
{
    /// <summary>Brings the schema up to date; safe to call again, and safe to be killed in.</summary>
    ValueTask MigrateAsync(CancellationToken cancellationToken);

    /// <summary>Writes a batch in one transaction; rows whose attempt is there already are left as they are.</summary>
    /// <returns>How many rows were new.</returns>
    ValueTask<int> AppendAsync(IReadOnlyList<LedgerRow> rows, CancellationToken cancellationToken);

    /// <summary>One page of rows, oldest first.</summary>
    ValueTask<LedgerPage> ReadAsync(LedgerQuery query, CancellationToken cancellationToken);

    /// <summary>Sums over rows, one per distinct combination of the dimensions.</summary>
    ValueTask<IReadOnlyList<UsageSum>> SumAsync(UsageQuery query, CancellationToken cancellationToken);
}
