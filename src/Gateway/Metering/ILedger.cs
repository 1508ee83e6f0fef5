using Gateway.Core.Stores;
using Gateway.Core.Usage;

namespace Gateway.Metering;

/// <summary>Step 9: where settled attempts are put so that they cannot be lost.</summary>
internal interface ILedger
{
    /// <summary>
    /// Notes an attempt before anything is sent. If the process dies before the attempt's own row is appended, the next one puts this row into the ledger
    /// (<see cref="UsageSource.InDoubt"/>), so that money that may have been spent is not forgotten.
    /// </summary>
    /// <returns>False where there is no room: nothing may be sent then.</returns>
    bool TryOpen(LedgerRow inDoubt);

    /// <summary>
    /// Completes when the row survives what <c>ledger.sync</c> promises: the death of the process (then it completes synchronously), or also a power loss (<c>always</c>).
    /// Waits where the journal is full, which <see cref="IsAvailable"/> announces long before.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait. A row that is waiting for room is lost then, counted in <see cref="Dropped"/>: pass none unless the process must end.</param>
    ValueTask AppendAsync(LedgerRow row, CancellationToken cancellationToken);

    /// <summary>Waits until rows appended before this call can be read from the store.</summary>
    /// <returns>False where that took longer than <paramref name="atMost"/>.</returns>
    ValueTask<bool> WaitImportedAsync(TimeSpan atMost, CancellationToken cancellationToken);

    /// <summary>Whether admission may let new work in; false: 503 <c>store_unavailable</c> before anything is sent upstream.</summary>
    bool IsAvailable { get; }

    /// <summary>Whether the store did not take the last batch: rows wait in the journal.</summary>
    bool IsFailing { get; }

    /// <summary>Rows of this process that are in the journal and not in the store yet.</summary>
    long QueueLength { get; }

    /// <summary>Rows that were lost. Stays 0.</summary>
    long Dropped { get; }
}
