using Gateway.Admission;
using Gateway.Core.Money;
using Gateway.Core.Stores;
using Gateway.Core.Usage;
using Gateway.Metering.Pricing;

namespace Gateway.Metering.Audit;

/// <summary>
/// Proves the ledger from its rows alone: every one costs what its price and its tokens say, their sum is what the store says it is, and budgets loaded from it hold what
/// the rows of their windows add up to. Reads; changes nothing.
/// </summary>
/// <param name="book">Configured with the budgets to check, and nothing restored yet.</param>
internal sealed class LedgerAudit(ILedgerStore store, AdmissionBook book)
{
    private const int PageSize = 1000;

    private readonly Dictionary<string, ModelPrice> _prices = new(StringComparer.Ordinal);

    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<AuditReport> RunAsync(CancellationToken cancellationToken)
    {
        var report = new AuditReport();
        await ReadPricesAsync(report, cancellationToken);
        var before = await SumAsync(cancellationToken);
        await BudgetRestore.RunAsync(book, store, cancellationToken);
        var statuses = book.Statuses();
        var sums = new NanoUsd[statuses.Count];
        string? cursor = null;
        do
        {
            var page = await store.ReadAsync(new LedgerQuery(new LedgerFilter(), cursor, PageSize), cancellationToken);
            foreach (var row in page.Rows)
            {
                Check(row, report);
                for (var i = 0; i < sums.Length; i++)
                    if (IsOf(row, statuses[i])) sums[i] += row.Cost;
            }

            cursor = page.Next;
        }
        while (cursor is not null);
        var after = await SumAsync(cancellationToken);
        report.WasMoving = before.Rows != after.Rows;
        if (report.WasMoving) return report;
        if (after != (report.Rows, report.Total))
            report.Differs($"the store says {after.Rows} rows and ${after.Cost}, its pages have {report.Rows} and ${report.Total}");
        report.Balances = [.. statuses.Select((s, i) => new BalanceCheck(s.OwnerKind, s.Owner, s.Period, s.IsRolling, s.Spent, sums[i]))];
        foreach (var balance in report.Balances.Where(static b => b.Spent != b.Rows))
            report.Differs($"budget of {balance.OwnerKind.Label()} '{balance.Owner}' ({balance.Period.ToString().ToLowerInvariant()}): ${balance.Spent} spent, rows of its window ${balance.Rows}");
        return report;
    }

    private async Task ReadPricesAsync(AuditReport report, CancellationToken cancellationToken)
    {
        foreach (var price in await store.PricesAsync(cancellationToken))
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
        else if (row.PriceVersion is not { } version)
            CheckUnpriced(row, report);
        else if (!_prices.TryGetValue(version, out var price))
            report.PriceUnknown++;
        else
            CheckCost(row, price, report);
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
    private async Task<(long Rows, NanoUsd Cost)> SumAsync(CancellationToken cancellationToken)
    {
        var sums = await store.SumAsync(new UsageQuery(new LedgerFilter(), []), cancellationToken);
        return sums.Count == 0 ? (0, NanoUsd.Zero) : (sums[0].Requests, sums[0].Cost);
    }

    private static bool IsOf(LedgerRow row, BudgetStatus budget) =>
        (budget.WindowStart is not { } start || row.At >= start) && budget.OwnerKind switch
        {
            OwnerKind.Key => row.Key == budget.Owner,
            OwnerKind.Team => row.Team == budget.Owner,
            _ => true,
        };

    private static bool HasNegative(in TokenUsage usage) =>
        (usage.Input | usage.CacheRead | usage.CacheWrite | usage.CacheWriteHour | usage.InputAudio | usage.InputImage
         | usage.Output | usage.Reasoning | usage.OutputAudio | usage.OutputImage | usage.Calls) < 0;
}
