using System.Globalization;
using Gateway.Core.Money;
using Gateway.Metering.Audit;

namespace Gateway.Commands;

/// <summary>An audit's report as people read it.</summary>
internal sealed class AuditText(TextWriter @out)
{
    public void Write(string store, AuditReport report)
    {
        @out.WriteLine($"{store}: {Number(report.Rows)} rows, ${report.Total}");
        @out.WriteLine($"  {Number(report.PricedAgain),12} priced again from their tokens and their price");
        @out.WriteLine($"  {Number(report.InDoubt),12} in doubt: under way when a process died");
        if (report.Cached > 0) @out.WriteLine($"  {Number(report.Cached),12} out of the cache: nothing was paid for them");
        @out.WriteLine($"  {Number(report.Unpriced),12} of models without a price");
        @out.WriteLine($"  {Number(report.PriceUnknown),12} not checked: their price version is older than the store's book of prices");
        if (report.AddedUp > 0) @out.WriteLine($"  {Number(report.AddedUp),12} more are gone, added up by day (telemetry.retention)");
        foreach (var balance in report.Balances)
        {
            @out.WriteLine($"  {balance.Name}: ${balance.Spent} spent, rows ${balance.Rows}, limit ${balance.Limit}{(balance.Over > NanoUsd.Zero ? $": over its limit by ${balance.Over}" : "")}");
            foreach (var share in balance.Shares) Write(share);
        }

        foreach (var difference in report.Told) @out.WriteLine($"  DIFFERS {difference}");
        if (report.Differences > report.Told.Count) @out.WriteLine($"  and {Number(report.Differences - report.Told.Count)} more");
        @out.WriteLine(report.Differences == 1 ? "1 difference" : $"{Number(report.Differences)} differences");
    }

    private void Write(ShareCheck share)
    {
        var who = share switch
        {
            { Instance: "" } => "before gateways had names",
            { IsAlive: true } => $"gateway {share.Instance}",
            { SeenAt: { } seen } => $"gateway {share.Instance}, silent since {seen.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}",
            _ => $"gateway {share.Instance}, forgotten",
        };
        @out.WriteLine($"    {who}: ${share.Counted} counted, rows ${share.Rows}, holds ${share.Held} more");
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
