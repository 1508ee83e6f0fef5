using Gateway.Core.Money;
using Gateway.Core.Stores;

namespace Gateway.Admission;

/// <summary>Loads from the ledger what was spent before this process, or this budget, began to count.</summary>
internal static class BudgetRestore
{
    private static readonly UsageDimension[] ByOwner = [UsageDimension.Key, UsageDimension.Team];

    /// <summary>
    /// Restores every budget that is not yet, with one query per distinct beginning of a window. To be awaited after <see cref="AdmissionBook.Configure"/> and before the
    /// snapshot is published; rows that stand in a journal have to be in the store by then.
    /// </summary>
    public static async ValueTask RunAsync(AdmissionBook book, ILedgerStore store, CancellationToken cancellationToken)
    {
        foreach (var openings in book.Unrestored().GroupBy(static o => (o.From, o.To)))
        {
            var sums = await store.SumAsync(new UsageQuery(new LedgerFilter(From: openings.Key.From, To: openings.Key.To), ByOwner), cancellationToken);
            var (keys, teams, total) = ByName(sums);
            foreach (var opening in openings)
            {
                book.Restore(opening, opening.OwnerKind switch
                {
                    OwnerKind.Key => keys.GetValueOrDefault(opening.Owner),
                    OwnerKind.Team => teams.GetValueOrDefault(opening.Owner),
                    _ => total,
                });
            }
        }
    }

    private static (Dictionary<string, NanoUsd> Keys, Dictionary<string, NanoUsd> Teams, NanoUsd Total) ByName(IReadOnlyList<UsageSum> sums)
    {
        var (keys, teams, total) = (new Dictionary<string, NanoUsd>(StringComparer.Ordinal), new Dictionary<string, NanoUsd>(StringComparer.Ordinal), NanoUsd.Zero);
        foreach (var sum in sums)
        {
            if (sum.Group[0] is { } key)
                keys[key] = keys.GetValueOrDefault(key) + sum.Cost;
            if (sum.Group[1] is { } team)
                teams[team] = teams.GetValueOrDefault(team) + sum.Cost;
            total += sum.Cost;
        }
        return (keys, teams, total);
    }
}
