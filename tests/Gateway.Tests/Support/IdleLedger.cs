using Gateway.Core.Stores;
using Gateway.Metering;

namespace Gateway.Tests.Support;

/// <summary>A ledger in which nothing happens: for tests of what only asks whether it works.</summary>
internal sealed class IdleLedger : ILedger
{
    public bool IsAvailable => true;

    public bool IsFailing => false;

    public long QueueLength => 0;

    public long Dropped => 0;

    public bool TryOpen(LedgerRow inDoubt) => throw new NotSupportedException();

    public ValueTask AppendAsync(LedgerRow row, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<bool> WaitImportedAsync(TimeSpan atMost, CancellationToken cancellationToken) => new(true);
}
