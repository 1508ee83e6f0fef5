using System.Collections.Concurrent;
using Gateway.Core.Stores;
using Gateway.Tests.Support;

namespace Gateway.Tests.Metering;

/// <summary>Keeps rows in memory; refuses them while <see cref="Failure"/> is set.</summary>
internal sealed class MemoryLedgerStore : StubLedgerStore
{
    private int _attempts;

    public ConcurrentDictionary<string, LedgerRow> Rows { get; } = new(StringComparer.Ordinal);

    /// <summary>Rows that came once more.</summary>
    public int Duplicates { get; private set; }

    public volatile Exception? Failure;

    public int FailedAttempts => Volatile.Read(ref _attempts);

    public override ValueTask MigrateAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public override ValueTask<int> AppendAsync(IReadOnlyList<LedgerRow> rows, CancellationToken cancellationToken)
    {
        if (Failure is { } failure)
        {
            Interlocked.Increment(ref _attempts);
            throw failure;
        }
        var added = rows.Count(row => Rows.TryAdd(row.AttemptId, row));
        Duplicates += rows.Count - added;
        return new(added);
    }

    public ConcurrentDictionary<string, string> Prices { get; } = new(StringComparer.Ordinal);

    public override ValueTask SavePricesAsync(IReadOnlyList<PriceLine> prices, CancellationToken cancellationToken)
    {
        if (Failure is { } failure)
        {
            Interlocked.Increment(ref _attempts);
            throw failure;
        }
        foreach (var price in prices)
            Prices.TryAdd(price.Version, price.Line);
        return ValueTask.CompletedTask;
    }

    public override ValueTask<IReadOnlyList<PriceLine>> PricesAsync(CancellationToken cancellationToken) => new([.. Prices.Select(static p => new PriceLine(p.Key, p.Value))]);
}
