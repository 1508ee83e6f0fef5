using System.Globalization;
using Gateway.Admission;
using Gateway.Config;
using Gateway.Metering.Audit;

namespace Gateway.Commands;

/// <summary><c>audit</c>: proves the ledger, or says where it does not add up.</summary>
internal static class AuditCommand
{
    /// <summary>The exit code for a ledger with differences.</summary>
    public const int Differs = 3;

    /// <returns>0; 3 where something differs; 1 where the store cannot be read; 2 where the configuration has errors.</returns>
    public static Task<int> RunAsync(ConfigLoader loader, TextWriter @out, TextWriter err, CancellationToken cancellationToken) => StoreCommand.RunAsync(loader, err, async context =>
    {
        context.Book.Configure(context.Snapshot.Keys.Values, context.Config.Teams, context.Config.Budgets, []);
        var report = await new LedgerAudit(context.Store, context.Book).RunAsync(cancellationToken);
        Print(@out, context.Config.Store.ToString()!, report);
        return report.Differences == 0 ? 0 : Differs;
    });

    private static void Print(TextWriter @out, string store, AuditReport report)
    {
        @out.WriteLine($"{store}: {Number(report.Rows)} rows, ${report.Total}");
        @out.WriteLine($"  {Number(report.PricedAgain),12} priced again from their tokens and their price");
        @out.WriteLine($"  {Number(report.InDoubt),12} in doubt: under way when a process died");
        @out.WriteLine($"  {Number(report.Unpriced),12} of models without a price");
        @out.WriteLine($"  {Number(report.PriceUnknown),12} not checked: their price version is older than the store's book of prices");
        if (report.AddedUp > 0) @out.WriteLine($"  {Number(report.AddedUp),12} more are gone, added up by day (telemetry.retention)");
        foreach (var balance in report.Balances)
        {
            var period = (balance.IsRolling ? "rolling " : "") + balance.Period.ToString().ToLowerInvariant();
            @out.WriteLine($"  budget of {balance.OwnerKind.Label()} {balance.Owner}, {period}: ${balance.Spent} spent, rows ${balance.Rows}");
        }

        if (report.WasMoving) @out.WriteLine("  Rows came in meanwhile: sums and budgets were not compared. Audit again when the gateway is at rest.");
        foreach (var difference in report.Told) @out.WriteLine($"  DIFFERS {difference}");
        if (report.Differences > report.Told.Count) @out.WriteLine($"  and {Number(report.Differences - report.Told.Count)} more");
        @out.WriteLine(report.Differences == 1 ? "1 difference" : $"{Number(report.Differences)} differences");
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
