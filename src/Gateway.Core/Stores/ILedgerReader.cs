namespace Gateway.Core.Stores;

/// <summary>What can be asked of a ledger.</summary>
public interface ILedgerReader
{
    /// <summary>One page of rows, oldest first.</summary>
    ValueTask<LedgerPage> ReadAsync(LedgerQuery query, CancellationToken cancellationToken);

    /// <summary>Sums over rows, one per distinct combination of the dimensions.</summary>
    ValueTask<IReadOnlyList<UsageSum>> SumAsync(UsageQuery query, CancellationToken cancellationToken);

    /// <summary>Every price version there is.</summary>
    ValueTask<IReadOnlyList<PriceLine>> PricesAsync(CancellationToken cancellationToken);

    /// <summary>Every correction of a row that is still there, in the order in which they were made.</summary>
    ValueTask<IReadOnlyList<CorrectedRow>> CorrectionsAsync(CancellationToken cancellationToken);
}

/// <summary>A ledger as of one instant.</summary>
public interface ILedgerSnapshot : ILedgerReader, IAsyncDisposable;
