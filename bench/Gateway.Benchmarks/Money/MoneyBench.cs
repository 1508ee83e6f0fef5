using System.Diagnostics;
using System.Globalization;
using Gateway.Config;
using Gateway.Config.Values;
using Gateway.Storage.Postgres;

namespace Gateway.Benchmarks.Money;

/// <summary>
/// What the bill costs: admission and settlement, side by side with the naive way, a transaction for the reservation and one for the settlement of each request. One hot team budget for all.
/// </summary>
internal static class MoneyBench
{
    private const int Workers = 32;

    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(2), Measured = TimeSpan.FromSeconds(5);

    /// <param name="postgres">A store's address, or null: its rows are left out. The database is emptied.</param>
    public static async Task<int> RunAsync(string? postgres, TextWriter output)
    {
        PostgresAddress? server = null;
        if (postgres is not null && PostgresUri.Parse(postgres, out server) is { } problem)
        {
            await output.WriteLineAsync($"the address {problem}");
            return 2;
        }
        await output.WriteLineAsync("| way | requests/s | processor us/request | exchanges/s |\n|---|---|---|---|");
        await RowAsync(() => Task.FromResult<ISettler>(new NaiveSqlite()), output);
        await RowAsync(() => GatewaySettler.OnSqliteAsync(LedgerSync.Interval), output);
        await RowAsync(() => GatewaySettler.OnSqliteAsync(LedgerSync.Always), output);
        if (server is null)
            return 0;
        await RowAsync(() => NaivePostgres.StartAsync(server), output);
        await RowAsync(() => GatewayFleet.StartAsync(server, 4), output);
        return 0;
    }

    private static async Task RowAsync(Func<Task<ISettler>> start, TextWriter output)
    {
        await using var settler = await start();
        await LoadAsync(settler, Warm);
        var exchanges = (settler as GatewayFleet)?.Exchanges ?? 0;
        using var process = Process.GetCurrentProcess();
        var (cpu, watch) = (process.TotalProcessorTime, Stopwatch.StartNew());
        var requests = await LoadAsync(settler, Measured);
        await settler.FinishAsync();
        process.Refresh();
        var (seconds, used) = (watch.Elapsed.TotalSeconds, process.TotalProcessorTime - cpu);
        var asked = settler is GatewayFleet fleet ? ((fleet.Exchanges - exchanges) / seconds).ToString("0", CultureInfo.InvariantCulture) : "–";
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"| {settler.Name} | {requests / seconds:0} | {used.TotalMicroseconds / requests:0.0} | {asked} |"));
    }

    private static async Task<long> LoadAsync(ISettler settler, TimeSpan time)
    {
        var until = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        var counts = await Task.WhenAll(Enumerable.Range(0, Workers).Select(w => Task.Run(async () =>
        {
            var settled = 0L;
            for (; Stopwatch.GetTimestamp() < until; settled++)
                Sample.Expect(await settler.SettleAsync(w), "the budget is enough for all");
            return settled;
        })));
        return counts.Sum();
    }
}
