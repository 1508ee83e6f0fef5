using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;
using Microsoft.Data.Sqlite;
using Xunit.Abstractions;

namespace Gateway.EndToEnd.Operation;

/// <summary>Who manages a gateway while its store hangs is told so in seconds, however many ask, and applications notice nothing (reliability S29).</summary>
public sealed class SilentStoreTests(ITestOutputHelper output)
{
    /// <summary>Of each kind of question at the same time: more than the store has sessions.</summary>
    private const int AtATime = 20;

    /// <summary>The wait for rows on their way (2 s), for a session (3 s), for the statement and for the attempt to cancel it (3 s each), and what a busy machine adds.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    private static readonly string[] FromMemory = ["keys", "teams", "tokens", "budgets/raises", "budgets", "config", "prices", "openapi.json"];

    private static readonly string[] FromStore = ["ledger", "ledger?format=csv", "ledger?key=%25&model=_", "usage?group_by=key,day", "audit", "keys/made", "instances"];

    [SkippableFact]
    public async Task While_a_server_is_silent_the_admin_API_says_so_and_requests_go_on()
    {
        await using var fleet = await Fleet.StartAsync(1, "expires: 2099-01-01");
        var gateway = fleet[0];
        await SeedAsync(gateway);

        fleet.Between.Fault = new() { Blackhole = true };
        var answers = await AskAllAsync(gateway, FromMemory.Concat(FromStore));
        fleet.Between.Fault = Fault.None;

        Report(answers);
        answers.Should().OnlyContain(static a => a.Took < Longest);
        answers.Where(static a => FromMemory.Contains(a.What)).Should().NotBeEmpty().And.OnlyContain(static a => a.Status == 200);
        answers.Where(static a => !FromMemory.Contains(a.What)).Should().NotBeEmpty().And.OnlyContain(static a => a.Status == 503 && a.Text.Contains("store_unavailable", StringComparison.Ordinal));
        await RecoveredAsync(gateway);
    }

    [Fact]
    public async Task While_somebody_else_has_the_file_locked_questions_are_answered_changes_refused_and_requests_go_on()
    {
        using var folder = new TempFolder();
        await using var upstream = await ScriptedUpstream.StartAsync(folder);
        await using var gateway = await GatewayProcess.StartAsync(folder, SharedRig.Yaml(upstream.Address));
        await SeedAsync(gateway);

        IReadOnlyList<Asked> answers;
        await using (var other = new SqliteConnection($"Data Source={folder.File("gateway.db")};Pooling=False"))
        {
            await other.OpenAsync();
            await using var locked = other.BeginTransaction(deferred: false);
            answers = await AskAllAsync(gateway, FromMemory.Concat(FromStore));
        }

        Report(answers);
        answers.Should().OnlyContain(static a => a.Took < Longest);
        answers.Where(static a => !IsChange(a)).Should().NotBeEmpty().And.OnlyContain(static a => a.Status == 200, "who reads does not wait for who writes");
        answers.Where(IsChange).Should().NotBeEmpty().And.OnlyContain(static a => a.Status == 503 && a.Text.Contains("store_unavailable", StringComparison.Ordinal));
        await RecoveredAsync(gateway);
    }

    private static bool IsChange(Asked asked) => asked.What.Contains(' ', StringComparison.Ordinal);

    private static async Task SeedAsync(GatewayProcess gateway)
    {
        (await gateway.Caller(GatewayProcess.AdminKey).PostAsync("/admin/v1/keys", """{"name":"made"}""")).Status.Should().Be(HttpStatusCode.Created);
        await AskModelAsync(gateway);
        (await gateway.LedgerAsync()).Should().HaveCount(1);
    }

    /// <remarks>The provider takes its time, so that the journal is not filled in seconds: it keeps some hundred thousand rows, and then nothing more is sent.</remarks>
    private static async Task<TimeSpan> AskModelAsync(GatewayProcess gateway)
    {
        var began = Stopwatch.GetTimestamp();
        var answer = await gateway.Caller(SharedRig.AppKey).ChatAsync(Ask.Chat("fast", new Script { HeadersMs = 20 }));
        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        return Stopwatch.GetElapsedTime(began);
    }

    /// <summary>Everything at the same time, and an application that asks a model until all is answered.</summary>
    private async Task<IReadOnlyList<Asked>> AskAllAsync(GatewayProcess gateway, IEnumerable<string> pages)
    {
        var admin = gateway.Caller(GatewayProcess.AdminKey);
        var answers = new ConcurrentQueue<Asked>();
        var asked = Task.WhenAll(Enumerable.Range(0, AtATime).SelectMany(n => pages.Select(page => AskAsync(page, () => admin.GetAsync($"/admin/v1/{page}"))).Concat(
        [
            AskAsync("POST keys", () => admin.PostAsync("/admin/v1/keys", string.Create(CultureInfo.InvariantCulture, $$"""{"name":"new-{{n}}"}"""))),
            AskAsync("PATCH keys/made", () => admin.SendAsync(HttpMethod.Patch, "/admin/v1/keys/made", """{"models":["fast"]}""")),
            AskAsync("DELETE keys/made", () => admin.SendAsync(HttpMethod.Delete, "/admin/v1/keys/made", null)),
        ])));
        var times = new List<TimeSpan>();
        while (!asked.IsCompleted)
            times.Add(await AskModelAsync(gateway));
        await asked;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{times.Count} requests meanwhile, the longest {times.Max().TotalMilliseconds:0} ms"));
        // Who waits for a silent store does so for 3 s, one as the other; a machine that stands still for a moment is seen once.
        times.Order().ElementAt(times.Count / 2).Should().BeLessThan(TimeSpan.FromSeconds(1), "{0} requests were answered meanwhile", times.Count);
        times.Should().OnlyContain(static t => t < TimeSpan.FromSeconds(5));
        return [.. answers];

        async Task AskAsync(string what, Func<Task<Answer>> ask)
        {
            var began = Stopwatch.GetTimestamp();
            var answer = await ask();
            answers.Enqueue(new(what, (int)answer.Status, answer.Text, Stopwatch.GetElapsedTime(began)));
        }
    }

    private void Report(IReadOnlyList<Asked> answers)
    {
        foreach (var page in answers.GroupBy(static a => a.What))
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{page.Key}: {string.Join('/', page.Select(static a => a.Status).Distinct())}, the longest {page.Max(static a => a.Took.TotalSeconds):0.0} s"));
    }

    /// <summary>Nothing of what was refused is done later, and everything is answered again.</summary>
    private static async Task RecoveredAsync(GatewayProcess gateway)
    {
        var admin = gateway.Caller(GatewayProcess.AdminKey);
        foreach (var page in FromMemory.Concat(FromStore))
            await Eventually.TrueAsync(async () => (await admin.GetAsync($"/admin/v1/{page}")).Status == HttpStatusCode.OK, TimeSpan.FromSeconds(20), () => $"{page} to be answered again");
        (await admin.GetAsync("/admin/v1/keys?source=store")).Json.GetProperty("data").EnumerateArray().Select(static k => k.GetProperty("name").GetString()).Should().Equal("made");
        var (code, audit) = await gateway.AuditAsync();
        code.Should().Be(0, audit);
    }

    private sealed record Asked(string What, int Status, string Text, TimeSpan Took);
}
