using Gateway.Core.Stores;

namespace Gateway.Admin;

/// <summary>The ledger's two queries with a bound on their time, whatever the store.</summary>
internal sealed class BoundedQueries(ILedgerReader store, TimeProvider time)
{
    /// <remarks>60 s: sums over tens of millions of rows take as long; who asks for more gets it in parts, by day.</remarks>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <remarks>How a request was routed tells of all targets and of the gateway's own budgets: that is no business of who is confined to teams.</remarks>
    /// <exception cref="StoreException">The query failed, or took too long.</exception>
    public async Task<LedgerPage> ReadAsync(LedgerQuery query, CancellationToken cancellationToken)
    {
        var page = await RunAsync(query, store.ReadAsync, cancellationToken);
        return query.Filter.Teams is null ? page : page with { Rows = [.. page.Rows.Select(static r => r with { Explain = null })] };
    }

    /// <exception cref="StoreException">The query failed, or took too long.</exception>
    public Task<IReadOnlyList<UsageSum>> SumAsync(UsageQuery query, CancellationToken cancellationToken) => RunAsync(query, store.SumAsync, cancellationToken);

    private async Task<TResult> RunAsync<TQuery, TResult>(TQuery query, Func<TQuery, CancellationToken, ValueTask<TResult>> run, CancellationToken cancellationToken)
    {
        using var bound = new CancellationTokenSource(Longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellationToken);
        try
        {
            return await run(query, either.Token);
        }
        catch (OperationCanceledException) when (bound.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new StoreException($"A query of the admin API was ended after {Longest.TotalSeconds} s: ask for less at a time.");
        }
    }
}
