using Gateway.Core.Stores;

namespace Gateway.Tests.Support;

/// <summary>A store that can do nothing; a test's own one overrides what it needs, and finds out when more is asked of it.</summary>
internal abstract class StubLedgerStore : ILedgerStore
{
    public virtual ValueTask MigrateAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual ValueTask<int> AppendAsync(IReadOnlyList<LedgerRow> rows, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual ValueTask<LedgerPage> ReadAsync(LedgerQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual ValueTask<IReadOnlyList<UsageSum>> SumAsync(UsageQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual ValueTask<int> CompactAsync(DateTimeOffset before, int batch, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual ValueTask SavePricesAsync(IReadOnlyList<PriceLine> prices, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual ValueTask<IReadOnlyList<PriceLine>> PricesAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual ValueTask<int> CorrectAsync(IReadOnlyList<CostCorrection> corrections, DateTimeOffset at, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual ValueTask<IReadOnlyList<CorrectedRow>> CorrectionsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Answers as the store does.</summary>
    public virtual ValueTask<ILedgerSnapshot> SnapshotAsync(CancellationToken cancellationToken) => new(new Snapshot(this));

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Snapshot(ILedgerReader store) : ILedgerSnapshot
    {
        public ValueTask<LedgerPage> ReadAsync(LedgerQuery query, CancellationToken cancellationToken) => store.ReadAsync(query, cancellationToken);

        public ValueTask<IReadOnlyList<UsageSum>> SumAsync(UsageQuery query, CancellationToken cancellationToken) => store.SumAsync(query, cancellationToken);

        public ValueTask<IReadOnlyList<PriceLine>> PricesAsync(CancellationToken cancellationToken) => store.PricesAsync(cancellationToken);

        public ValueTask<IReadOnlyList<CorrectedRow>> CorrectionsAsync(CancellationToken cancellationToken) => store.CorrectionsAsync(cancellationToken);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
