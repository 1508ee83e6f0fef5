using System.Globalization;
using Gateway.Core.Money;
using Gateway.Core.Stores;

namespace Gateway.Admission;

/// <summary>Loads from the ledger what was spent before this process, or this budget, began to count.</summary>
internal static class BudgetRestore
{
    /// <summary>
    /// Restores every budget that is not yet, with one query per distinct beginning of a window. To be awaited after <see cref="AdmissionBook.Configure"/> and before the
    /// snapshot is published; rows that stand in a journal have to be in the store by then.
    /// </summary>
    public static async ValueTask RunAsync(AdmissionBook book, ILedgerStore store, CancellationToken cancellationToken)
    {
        foreach (var openings in book.Unrestored().GroupBy(static o => (o.From, o.To, o.Pieces)))
        {
            UsageDimension[] groups = openings.Key.Pieces is { } pieces ? [UsageDimension.Key, UsageDimension.Team, pieces] : [UsageDimension.Key, UsageDimension.Team];
            var sums = await store.SumAsync(new UsageQuery(new LedgerFilter(From: openings.Key.From, To: openings.Key.To), groups), cancellationToken);
            var keys = sums.ToLookup(static s => s.Group[0], StringComparer.Ordinal);
            var teams = sums.ToLookup(static s => s.Group[1], StringComparer.Ordinal);
            foreach (var opening in openings)
            {
                var own = opening.OwnerKind switch
                {
                    OwnerKind.Key => keys[opening.Owner],
                    OwnerKind.Team => teams[opening.Owner],
                    _ => sums,
                };
                book.Restore(opening, own.Select(s => new PastSpending(End(s, openings.Key.Pieces), s.Cost)));
            }
        }
    }

    /// <summary>The last instant of the piece of time that was summed: where exactly in it money was spent is not known, and it must not be free too early.</summary>
    private static DateTimeOffset? End(UsageSum sum, UsageDimension? pieces) => pieces switch
    {
        null => null,
        UsageDimension.Minute => Parse(sum.Group[2]!).AddMinutes(1).AddTicks(-1),
        _ => Parse(sum.Group[2]! + ":00").AddHours(1).AddTicks(-1),
    };

    private static DateTimeOffset Parse(string minute) => DateTimeOffset.ParseExact(minute, "yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}

/// <param name="At">When it was spent; null where only the window matters.</param>
internal readonly record struct PastSpending(DateTimeOffset? At, NanoUsd Cost);
