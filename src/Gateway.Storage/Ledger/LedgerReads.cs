using System.Data.Common;
using Gateway.Core.Stores;

namespace Gateway.Storage.Ledger;

/// <summary>Where a query runs: in a session of its own, or in the one of a snapshot.</summary>
internal interface ILedgerSession
{
    /// <exception cref="StoreException">The query failed.</exception>
    ValueTask<T> QueryAsync<T>(Func<DbCommand, Task<T>> read, CancellationToken cancellationToken);
}

/// <summary>In what a dialect differs.</summary>
/// <param name="ByTag">The ledger with a column <c>tag</c>: a row for each distinct tag of a row, and one with null where it has none.</param>
/// <param name="Storable">The filter that finds rows as they were stored.</param>
internal sealed record LedgerDialect(string ByTag, Func<LedgerFilter, LedgerFilter> Storable);

/// <summary>The ledger's queries, in the words that all stores share.</summary>
internal sealed class LedgerReads(ILedgerSession session, LedgerDialect dialect) : ILedgerReader
{
    /// <exception cref="ArgumentException">The cursor is none; check it with <see cref="LedgerCursor.TryParse"/> first.</exception>
    public ValueTask<LedgerPage> ReadAsync(LedgerQuery query, CancellationToken cancellationToken)
    {
        var after = LedgerSelect.CursorOf(query);
        return session.QueryAsync(
            command =>
            {
                LedgerSelect.Page(command, dialect.Storable(query.Filter), after, query.Limit);
                return LedgerReader.PageAsync(command, query.Limit, cancellationToken);
            },
            cancellationToken);
    }

    public ValueTask<IReadOnlyList<UsageSum>> SumAsync(UsageQuery query, CancellationToken cancellationToken) => session.QueryAsync(
        command =>
        {
            LedgerSelect.Sums(command, query with { Filter = dialect.Storable(query.Filter) }, dialect.ByTag);
            return LedgerReader.SumsAsync(command, query.GroupBy, cancellationToken);
        },
        cancellationToken);

    public ValueTask<IReadOnlyList<PriceLine>> PricesAsync(CancellationToken cancellationToken) =>
        session.QueryAsync(command => PriceTable.ReadAsync(command, cancellationToken), cancellationToken);

    public ValueTask<IReadOnlyList<CorrectedRow>> CorrectionsAsync(CancellationToken cancellationToken) =>
        session.QueryAsync(command => PriceTable.ReadCorrectionsAsync(command, cancellationToken), cancellationToken);
}
