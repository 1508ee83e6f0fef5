using Gateway.Core.Stores;

namespace Gateway.Tests.Storage;

/// <summary>A ledger store of a kind, opened for each test.</summary>
public abstract class LedgerStoreRig : IAsyncLifetime
{
    private ILedgerStore? _store;

    private protected ILedgerStore Store => _store ?? throw new InvalidOperationException("opened in InitializeAsync");

    public async Task InitializeAsync()
    {
        _store = await OpenAsync();
        await _store.MigrateAsync(CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
    }

    /// <summary>A store without rows.</summary>
    private protected abstract Task<ILedgerStore> OpenAsync();

    /// <summary>The row as this store gives it back.</summary>
    private protected virtual LedgerRow Kept(LedgerRow row) => row;

    private protected async Task<List<LedgerRow>> ReadAsync(LedgerFilter filter, int limit = 1000)
    {
        var rows = new List<LedgerRow>();
        for (LedgerPage? page = null; page is null || page.Next is not null;)
        {
            page = await Store.ReadAsync(new(filter, page?.Next, limit), CancellationToken.None);
            page.Rows.Should().HaveCountLessThanOrEqualTo(limit);
            rows.AddRange(page.Rows);
        }
        return rows;
    }
}
