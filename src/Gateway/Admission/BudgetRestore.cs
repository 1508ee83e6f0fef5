using System.Globalization;
using Gateway.Admission.Shares;
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
    /// <param name="shares">Where budgets are shared: this gateway restores what it spent itself, and notes what the others spent where they did not.</param>
    public static async ValueTask RunAsync(AdmissionBook book, ILedgerReader store, CancellationToken cancellationToken, ShareBroker? shares = null)
    {
        foreach (var openings in book.Unrestored().GroupBy(static o => (o.From, o.To, o.Pieces)))
        {
            var ofFunctions = openings.Any(static o => o.OwnerKind == OwnerKind.Function);
            UsageDimension[] groups =
            [
                UsageDimension.Key, UsageDimension.Team,
                .. openings.Key.Pieces is { } pieces ? [pieces] : ReadOnlySpan<UsageDimension>.Empty,
                .. ofFunctions ? [UsageDimension.Function] : ReadOnlySpan<UsageDimension>.Empty,
                .. shares is not null ? [UsageDimension.Instance] : ReadOnlySpan<UsageDimension>.Empty,
            ];
            var sums = await store.SumAsync(new UsageQuery(new LedgerFilter(From: openings.Key.From, To: openings.Key.To), groups), cancellationToken);
            var keys = sums.ToLookup(static s => s.Group[0], StringComparer.Ordinal);
            var teams = sums.ToLookup(static s => s.Group[1], StringComparer.Ordinal);
            var functions = ofFunctions ? sums.ToLookup(s => s.Group[Array.IndexOf(groups, UsageDimension.Function)], StringComparer.Ordinal) : null;
            var spent = openings.Select(o => (Opening: o, Past: SumsOf(o).Select(s => Past(s, openings.Key.Pieces, shares is not null)).ToList())).ToList();
            if (shares is not null)
                await shares.AdoptAsync([.. spent.SelectMany(s => book.PastUses(s.Opening, s.Past.Where(p => p.Instance != shares.Instance)))], cancellationToken);
            foreach (var (opening, past) in spent)
                book.Restore(opening, shares is null ? past : past.Where(p => p.Instance == shares.Instance));

            IEnumerable<UsageSum> SumsOf(BudgetOpening opening) => opening.OwnerKind switch
            {
                OwnerKind.Key => keys[opening.Owner],
                OwnerKind.Team => teams[opening.Owner],
                OwnerKind.Function => functions![opening.Owner],
                _ => sums,
            };
        }
        if (shares is not null)
            await shares.ExchangeAsync(isBeat: false, cancellationToken);
    }

    private static PastSpending Past(UsageSum sum, UsageDimension? pieces, bool byInstance) => new(End(sum, pieces), sum.Cost, byInstance ? sum.Group[^1] ?? "" : null);

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
/// <param name="Instance">Which gateway spent it, empty where that was not noted; null where it does not matter.</param>
internal readonly record struct PastSpending(DateTimeOffset? At, NanoUsd Cost, string? Instance = null);
