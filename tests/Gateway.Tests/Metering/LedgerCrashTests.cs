using System.Diagnostics;
using System.Globalization;
using Gateway.Core.Stores;
using Gateway.Metering;
using Gateway.Storage.Sqlite;
using Xunit.Abstractions;

namespace Gateway.Tests.Metering;

/// <summary>Real processes, really killed: every row that was acknowledged is there once, over all the kills on one store.</summary>
public sealed class LedgerCrashTests(ITestOutputHelper output) : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("interval", 20, 20261120)]
    [InlineData("always", 5, 20261121)]
    public async Task No_acknowledged_row_is_lost_or_doubled_by_a_kill(string sync, int kills, int seed)
    {
        var random = new Random(seed);
        var database = _directory.File("gateway.db");
        var acknowledged = new HashSet<string>(StringComparer.Ordinal);
        var slowest = TimeSpan.Zero;
        for (var kill = 0; kill < kills; kill++)
        {
            var wanted = random.Next(1, 1_500);
            acknowledged.UnionWith(await RunAndKillAsync(database, kill, sync, wanted, TimeSpan.FromMilliseconds(random.NextDouble() * 20)));
            // Every third time the next process finds what two have left.
            if (kill % 3 == 2)
                continue;
            var (stored, took) = await RecoverAsync(database);
            slowest = took > slowest ? took : slowest;
            acknowledged.Except(stored).Should().BeEmpty($"no row may be missing after kill {kill} (seed {seed})");
        }
        var (all, _) = await RecoverAsync(database);
        acknowledged.Except(all).Should().BeEmpty();
        output.WriteLine($"{kills} kills, {acknowledged.Count:N0} rows acknowledged, {all.Count:N0} stored, slowest recovery {slowest.TotalMilliseconds:N0} ms");
    }

    /// <summary>The ids that the process could print before it was killed.</summary>
    private static async Task<List<string>> RunAndKillAsync(string database, int run, string sync, int wanted, TimeSpan longer)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Gateway.LedgerCrash.dll");
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet",
            ["exec", program, database, run.ToString(CultureInfo.InvariantCulture), sync])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var ids = new List<string>();
        while (ids.Count < wanted && await process.StandardOutput.ReadLineAsync() is { } id)
            ids.Add(id);
        ids.Should().HaveCount(wanted, $"the process should append until it is killed; it said: {(ids.Count < wanted ? await errors : "")}");
        var rest = ReadAsync(process.StandardOutput);
        // So that the kill falls anywhere in a row, a batch or a change of segments.
        SpinWait.SpinUntil(static () => false, longer);
        process.Kill();
        ids.AddRange(await rest);
        await process.WaitForExitAsync();
        return ids;
    }

    private static async Task<List<string>> ReadAsync(StreamReader reader)
    {
        var text = await reader.ReadToEndAsync();
        // A line that the kill cut was not acknowledged to anybody.
        return [.. text.Split('\n')[..^1]];
    }

    /// <summary>Starts a ledger on what is left, and returns the ids in the store, and how long it took until they were there.</summary>
    private static async Task<(HashSet<string> Ids, TimeSpan Took)> RecoverAsync(string database)
    {
        var watch = Stopwatch.StartNew();
        await using var store = new SqliteLedgerStore(database);
        var options = new LedgerOptions { JournalDirectory = database + ".journal", SegmentBytes = 64 * 1024, MaxJournalBytes = 1024 * 1024 };
        await using var ledger = await Ledgers.StartAsync(store, options);
        var found = await ledger.Recovered;
        var took = watch.Elapsed;
        found.Unknown.Should().Be(0);
        (await store.CheckIntegrityAsync(CancellationToken.None)).Should().BeEmpty();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (LedgerPage? page = null; page is null || page.Next is not null;)
        {
            page = await store.ReadAsync(new(new(), page?.Next, 1000), CancellationToken.None);
            foreach (var row in page.Rows)
                ids.Add(row.AttemptId).Should().BeTrue("no row may be doubled");
        }
        return (ids, took);
    }
}
