using Gateway.Admission;
using Gateway.Core.Money;
using Gateway.Core.Stores;
using Gateway.Core.Usage;
using Gateway.Metering.Pricing;

namespace Gateway.Metering.Audit;

/// <summary>
/// Proves the ledger from its rows alone: every one costs what its price and its tokens say, their sum is what the store says it is, and budgets loaded from it hold what
/// the rows of their windows add up to. Where gateways share limits, what they say of them is compared with their rows. Reads; changes nothing.
/// </summary>
/// <param name="book">Configured with the budgets to check, and nothing restored yet.</param>
/// <param name="shares">Where gateways share limits; null: they do not.</param>
internal sealed class LedgerAudit(ILedgerStore store, AdmissionBook book, LimitHistory limits, TimeProvider time, IShareStore? shares = null)
{
    private const int PageSize = 1000;

    private readonly Dictionary<string, ModelPrice> _prices = new(StringComparer.Ordinal);

    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<AuditReport> RunAsync(CancellationToken cancellationToken)
    {
        var report = new AuditReport();
        IReadOnlyList<BudgetStatus> statuses;
        Dictionary<string, DateTimeOffset> reloaded;
        await using (var rows = await store.SnapshotAsync(cancellationToken))
            (statuses, reloaded) = await ReadAsync(rows, report, cancellationToken);
        if (shares is not null) await new ShareAudit(shares, store, limits, time).RunAsync(statuses, reloaded, report, cancellationToken);
        return report;
    }

    /// <summary>What one instant of the ledger says by itself, however many rows come in meanwhile.</summary>
    private async Task<(IReadOnlyList<BudgetStatus> Budgets, Dictionary<string, DateTimeOffset> Reloaded)> ReadAsync(ILedgerSnapshot ledger, AuditReport report, CancellationToken cancellationToken)
    {
        await ReadPricesAsync(ledger, report, cancellationToken);
        await BudgetRestore.RunAsync(book, ledger, cancellationToken);
        var statuses = book.Statuses();
        var sums = new BudgetSums(statuses, limits, await ledger.CorrectionsAsync(cancellationToken));
        var reloaded = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        string? cursor = null;
        do
        {
            var page = await ledger.ReadAsync(new LedgerQuery(new LedgerFilter(), cursor, PageSize), cancellationToken);
            foreach (var row in page.Rows)
            {
                Check(row, report);
                sums.Add(row);
                if (row is { ConfigGeneration: > 1, Instance: { } instance }) reloaded[instance] = row.At;
            }

            cursor = page.Next;
        }
        while (cursor is not null);
        var added = await SumAsync(ledger, cancellationToken);
        if (added != (report.Rows, report.Total))
            report.Differs($"the store says {added.Rows} rows and ${added.Cost}, its pages have {report.Rows} and ${report.Total}");
        var days = await DaysAsync(ledger, added.Rows, report, cancellationToken);
        report.Balances = [.. statuses.Select((s, i) => new BalanceCheck(s.OwnerKind, s.Owner, s.Period, s.IsRolling, limits.Highest(s), s.Spent, sums[i] + days(s)))];
        foreach (var balance in report.Balances.Where(static b => b.Spent != b.Rows))
            report.Differs($"{balance.Name}: ${balance.Spent} spent, rows of its window ${balance.Rows}");
        for (var i = 0; i < statuses.Count; i++)
            if (sums.Late(i) is { } late && late > NanoUsd.Zero)
                report.Differs($"{report.Balances[i].Name}: ${late} admitted more than a minute after all of its limit of ${report.Balances[i].Limit} was spent");
        return (statuses, reloaded);
    }

    private async Task ReadPricesAsync(ILedgerReader ledger, AuditReport report, CancellationToken cancellationToken)
    {
        foreach (var price in await ledger.PricesAsync(cancellationToken))
        {
            try
            {
                _prices[price.Version] = PriceText.Parse(price.Version, price.Line);
            }
            catch (Exception e) when (e is FormatException or ArgumentException)
            {
                report.Differs($"price {price.Version}: {e.Message}");
            }
        }
    }

    private void Check(LedgerRow row, AuditReport report)
    {
        report.Rows++;
        report.Total += row.Cost;
        if (row.Cost < NanoUsd.Zero || HasNegative(row.Usage))
            report.Differs($"{row.AttemptId}: a negative amount");
        if (row.UsageSource == UsageSource.InDoubt)
            report.InDoubt++;
        else if (row.Saved is not null)
            CheckCached(row, report);
        else if (row.PriceVersion is not { } version)
            CheckUnpriced(row, report);
        else if (!_prices.TryGetValue(version, out var price))
            report.PriceUnknown++;
        else
            CheckCost(row, price, report);
    }

    private static void CheckCached(LedgerRow row, AuditReport report)
    {
        report.Cached++;
        if (row.Cost != NanoUsd.Zero || row.Saved < NanoUsd.Zero) report.Differs($"{row.AttemptId}: an answer out of the cache costs ${row.Cost} and saves ${row.Saved}");
    }

    private static void CheckUnpriced(LedgerRow row, AuditReport report)
    {
        report.Unpriced++;
        if (row.Cost != NanoUsd.Zero) report.Differs($"{row.AttemptId}: costs ${row.Cost} without a price");
    }

    private static void CheckCost(LedgerRow row, ModelPrice price, AuditReport report)
    {
        report.PricedAgain++;
        var cost = CostCalculator.Cost(price, row.Usage);
        if (cost != row.Cost) report.Differs($"{row.AttemptId}: costs ${row.Cost}, by its price {row.PriceVersion} ${cost}");
    }

    /// <summary>As the store adds up by itself.</summary>
    private static async Task<(long Rows, NanoUsd Cost)> SumAsync(ILedgerReader ledger, CancellationToken cancellationToken)
    {
        var sums = await ledger.SumAsync(new UsageQuery(new LedgerFilter(), []) { RowsOnly = true }, cancellationToken);
        return sums.Count == 0 ? (0, NanoUsd.Zero) : (sums[0].Requests, sums[0].Cost);
    }

    /// <summary>What rows that are gone came to (<c>telemetry.retention</c>): the difference between all sums and those of the rows. Only budgets without a window look back so far.</summary>
    private static async Task<Func<BudgetStatus, NanoUsd>> DaysAsync(ILedgerReader ledger, long rows, AuditReport report, CancellationToken cancellationToken)
    {
        UsageDimension[] owners = [UsageDimension.Key, UsageDimension.Team];
        var all = await ledger.SumAsync(new UsageQuery(new LedgerFilter(), owners), cancellationToken);
        report.AddedUp = all.Sum(static s => s.Requests) - rows;
        if (report.AddedUp == 0) return static _ => NanoUsd.Zero;
        var kept = await ledger.SumAsync(new UsageQuery(new LedgerFilter(), owners) { RowsOnly = true }, cancellationToken);
        return budget => budget.WindowStart is null ? Of(all, budget) - Of(kept, budget) : NanoUsd.Zero;
    }

    private static NanoUsd Of(IReadOnlyList<UsageSum> sums, BudgetStatus budget) => sums
        .Where(s => budget.OwnerKind switch { OwnerKind.Key => s.Group[0] == budget.Owner, OwnerKind.Team => s.Group[1] == budget.Owner, _ => true })
        .Aggregate(NanoUsd.Zero, static (sum, s) => sum + s.Cost);

    private static bool HasNegative(in TokenUsage usage) =>
        (usage.Input | usage.CacheRead | usage.CacheWrite | usage.CacheWriteHour | usage.InputAudio | usage.InputImage
         | usage.Output | usage.Reasoning | usage.OutputAudio | usage.OutputImage | usage.Calls) < 0;
}
