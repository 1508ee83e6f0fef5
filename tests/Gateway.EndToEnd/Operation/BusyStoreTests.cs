using System.Diagnostics;
using System.Globalization;
using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;
using Microsoft.Data.Sqlite;
using Xunit.Abstractions;

namespace Gateway.EndToEnd.Operation;

/// <summary>Whatever is asked of the ledger, and by however many at once: applications do not wait for it (reliability S29).</summary>
public sealed class BusyStoreTests(ITestOutputHelper output)
{
    private const int Rows = 120_000, AtATime = 16;

    /// <summary>Every row is a sum of its own: the most that one question can make of them.</summary>
    private const string Large = "/admin/v1/usage?group_by=user,minute";

    [Fact]
    public async Task A_crowd_of_large_questions_about_a_file_holds_up_no_request()
    {
        using var folder = new TempFolder();
        await using var upstream = await ScriptedUpstream.StartAsync(folder);
        await using var gateway = await GatewayProcess.StartAsync(folder, SharedRig.Yaml(upstream.Address));
        await AskModelAsync(gateway);
        (await gateway.LedgerAsync()).Should().HaveCount(1);
        await MultiplyAsync(folder.File("gateway.db"));
        var admin = gateway.Caller(GatewayProcess.AdminKey);

        var asked = Task.WhenAll(Enumerable.Range(0, AtATime).Select(_ => admin.GetAsync(Large)));
        var times = new List<TimeSpan>();
        while (!asked.IsCompleted)
            times.Add(await AskModelAsync(gateway));
        var answers = await asked;

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{times.Count} requests meanwhile, the longest {times.Max().TotalMilliseconds:0} ms; {string.Join(", ", answers.GroupBy(static a => (int)a.Status).Select(static g => $"{g.Key}: {g.Count()}"))}"));
        // Two processors do six processes' work here; who had to wait for a question would wait for seconds.
        times.Order().ElementAt(times.Count * 19 / 20).Should().BeLessThan(TimeSpan.FromMilliseconds(250));
        times.Max().Should().BeLessThan(TimeSpan.FromSeconds(3));
        // More sums than one answer may have: the question is refused. Who got no turn is told to come later.
        answers.Should().OnlyContain(static a => a.Status == HttpStatusCode.BadRequest || a.Status == HttpStatusCode.ServiceUnavailable);
        answers.Count(static a => a.Status == HttpStatusCode.BadRequest && a.Text.Contains("100000 sums", StringComparison.Ordinal)).Should().BePositive();
        (await admin.GetAsync("/admin/v1/usage")).Status.Should().Be(HttpStatusCode.OK);
    }

    private static async Task<TimeSpan> AskModelAsync(GatewayProcess gateway)
    {
        var began = Stopwatch.GetTimestamp();
        var answer = await gateway.Caller(SharedRig.AppKey).ChatAsync(Ask.Chat("fast", new Script { HeadersMs = 20 }));
        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        return Stopwatch.GetElapsedTime(began);
    }

    /// <summary>Copies of the one row there is, each with a user of its own.</summary>
    private static async Task MultiplyAsync(string path)
    {
        await using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT group_concat('\"' || name || '\"') FROM pragma_table_info('ledger') WHERE name NOT IN ('id', 'attempt_id', 'user')";
        var columns = (string)(await command.ExecuteScalarAsync())!;
#pragma warning disable CA2100 // The tests' own statement, over names of our own table.
        command.CommandText = $"""
            WITH RECURSIVE copies(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < {Rows})
            INSERT INTO ledger (attempt_id, "user", {columns}) SELECT 'copy-' || n, 'user-' || n, {columns} FROM copies, (SELECT * FROM ledger LIMIT 1)
            """;
#pragma warning restore CA2100
        (await command.ExecuteNonQueryAsync()).Should().Be(Rows);
    }
}
