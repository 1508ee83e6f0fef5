using System.Globalization;
using System.Text.RegularExpressions;

namespace Gateway.EndToEnd.Rig;

/// <summary>A gateway's books after they were compared with its upstream's bill, request by request (reliability I1–I5). Every request has a name of its own.</summary>
/// <param name="Compared">Requests whose row was held against a line of the bill.</param>
public sealed partial record Books(IReadOnlyList<LedgerEntry> Rows, int Compared)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public IEnumerable<LedgerEntry> InDoubt => Rows.Where(static r => r.UsageSource == "in_doubt");

    /// <summary>An answer that arrived has one row, at the price on the bill; anything else on the bill has one at that price, or one in doubt that is no cheaper. Nothing is held, what is spent is what the
    /// rows say and not above the limit, and the audit, which read all of them, agrees.</summary>
    /// <param name="acknowledged">Requests whose last byte arrived.</param>
    public static async Task<Books> RequireTruthAsync(GatewayProcess gateway, ScriptedUpstream upstream, IReadOnlyCollection<string> acknowledged)
    {
        var bill = upstream.Invoice.ToDictionary(static l => l.Case);
        var rows = await Eventually.ValueAsync(
            () => gateway.LedgerAsync(), r => bill.Keys.Union(acknowledged).Except(r.Select(static x => x.User!)).Any() is false, Patience, $"a row of each of {bill.Count} requests on the bill");
        rows.Select(static r => r.AttemptId).Should().OnlyHaveUniqueItems();
        rows.GroupBy(static r => r.User).Where(static g => g.Count() > 1).Select(static g => g.Key).Should().BeEmpty("each request was one attempt");
        var byName = rows.ToDictionary(static r => r.User!);
        acknowledged.Should().NotBeEmpty();
        acknowledged.Except(bill.Keys).Should().BeEmpty("what was answered was billed");
        foreach (var (name, line) in bill)
        {
            var row = byName[name];
            if (acknowledged.Contains(name))
                row.UsageSource.Should().Be("exact", name);
            if (row.UsageSource == "in_doubt")
                row.CostNanoUsd.Should().BeGreaterThanOrEqualTo(line.NanoUsd, $"{name} is in doubt, and no cheaper than its bill");
            else
                row.CostNanoUsd.Should().Be(line.NanoUsd, $"{name}, {row.UsageSource}");
        }
        rows.Should().NotContain(r => !bill.ContainsKey(r.User!) && r.UsageSource != "in_doubt", "of what the upstream did not bill nothing is known");

        await RequireBudgetsAsync(gateway, rows, Patience);
        await RequireAuditAsync(gateway, rows);
        bill.Count.Should().BePositive();
        return new(rows, bill.Count);
    }

    /// <summary>What a budget has spent is the sum of its rows, and nothing is held.</summary>
    public static async Task RequireBudgetsAsync(GatewayProcess gateway, IReadOnlyList<LedgerEntry> rows, TimeSpan within)
    {
        var budgets = await Eventually.ValueAsync(gateway.BudgetsAsync, all => all.All(b => b.Held == 0 && b.Spent == Of(b, rows).Sum(static r => r.CostNanoUsd)), within, "budgets that have spent what their rows say and hold nothing");
        budgets.Should().NotBeEmpty().And.OnlyContain(static b => b.Spent > 0 && b.Spent <= b.Limit);
    }

    /// <summary>The rows that a budget pays for.</summary>
    public static IEnumerable<LedgerEntry> Of(BudgetEntry budget, IEnumerable<LedgerEntry> rows) =>
        rows.Where(r => budget.OwnerKind switch { "key" => r.Key == budget.Owner, "team" => r.Team == budget.Owner, "function" => r.Function == budget.Owner, _ => true });

    /// <summary>The audit has read these rows and found no difference.</summary>
    public static async Task RequireAuditAsync(GatewayProcess gateway, IReadOnlyList<LedgerEntry> rows)
    {
        var (code, audit) = await gateway.AuditAsync();
        code.Should().Be(0, audit);
        audit.Should().EndWith("0 differences\n").And.NotContain("were not compared");
        int.Parse(RowsRead().Match(audit).Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture).Should().Be(rows.Count, audit).And.BePositive();
        int.Parse(RowsPriced().Match(audit).Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture).Should().Be(rows.Count(static r => r.UsageSource != "in_doubt" && r.PriceVersion is not null), audit).And.BePositive();
    }

    [GeneratedRegex(@": ([0-9,]+) rows, \$")]
    private static partial Regex RowsRead();

    [GeneratedRegex(@"([0-9,]+) priced again")]
    private static partial Regex RowsPriced();
}
