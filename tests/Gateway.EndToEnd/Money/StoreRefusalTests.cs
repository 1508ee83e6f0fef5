using System.Diagnostics;
using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.EndToEnd.Streams;
using Gateway.FakeUpstream;
using Xunit.Abstractions;

namespace Gateway.EndToEnd.Money;

/// <summary>A store that takes no rows, in both policies (M8): locked, full, or one that commits and is cut off before it can say so. Afterwards every request is compared with the bill.</summary>
[Collection(Alone.Name)]
public sealed class StoreRefusalTests(ITestOutputHelper output)
{
    private const int First = 5, Meanwhile = 100, Refused = 20;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private static readonly long s_limit = 100_000 * BoundGateway.Price;

    [SkippableTheory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task While_a_store_takes_no_rows_requests_go_on_and_their_rows_wait_and_are_there_once(StoreKind kind)
    {
        await using var bound = await StartedAsync(kind, "lease");
        await using (await bound.HoldRowsBackAsync())
        {
            await bound.AskAllAsync("meanwhile", Meanwhile);
            await SaidAsync(bound, "the store takes no rows");
            await bound.AskAllAsync("after-failure", Meanwhile);
            (await bound.QueuedRowsAsync()).Should().BeGreaterThanOrEqualTo(2 * Meanwhile);
            if (kind == StoreKind.Postgres)
                bound.Between.AnswersLost.Should().BePositive("it committed, and its answer was cut");
        }

        await RequireTruthAsync(bound, First + (2 * Meanwhile));
    }

    [SkippableTheory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task With_reject_a_store_that_takes_no_rows_ends_service_at_once_and_before_the_upstream(StoreKind kind)
    {
        await using var bound = await StartedAsync(kind, "reject");
        await using (await bound.HoldRowsBackAsync())
        {
            await UntilRefusedAsync(bound, "last");
            await RequireRefusalsAsync(bound);
        }

        await Eventually.TrueAsync(async () => await bound.AskAsync(Ask.NewCase("back")) == HttpStatusCode.OK, Soon, static () => "service again");
        await RequireTruthAsync(bound, bound.Acknowledged.Count);
    }

    /// <summary>The journal has what was allocated for it; it is filled up to its last segment, and there the gateway stops.</summary>
    [SkippableFact]
    public async Task On_a_full_disk_requests_go_on_until_the_journal_is_used_up_and_all_of_them_are_booked_when_there_is_room()
    {
        await using var disk = await SmallDisk.MountAsync(64);
        await using var bound = await StartedAsync(StoreKind.Sqlite, "lease", disk.File("gateway.db"));
        int went;
        using (disk.Fill())
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(w => UntilRefusedAsync(bound, $"full-{w}", new string('-', 230))));
            went = answers.Sum();
            await SaidAsync(bound, "the disk is full");
            await SaidAsync(bound, "the journal cannot be extended");
            await RequireRefusalsAsync(bound);
        }
        output.WriteLine($"{went} requests went on");
        went.Should().BeGreaterThan(1000, "most of the journal is for them");

        await Eventually.TrueAsync(async () => await bound.AskAsync(Ask.NewCase("back")) == HttpStatusCode.OK, Soon, static () => "service again");
        await RequireTruthAsync(bound, bound.Acknowledged.Count);
    }

    [SkippableFact]
    public async Task With_reject_a_full_disk_ends_service_at_once_and_what_was_answered_is_booked_also_after_a_kill()
    {
        await using var disk = await SmallDisk.MountAsync(64);
        await using var bound = await StartedAsync(StoreKind.Sqlite, "reject", disk.File("gateway.db"));
        using (disk.Fill())
        {
            await UntilRefusedAsync(bound, "last");
            await RequireRefusalsAsync(bound);
            await SaidAsync(bound, "the disk is full");
            await bound.Gateway.KillAsync();
        }

        await bound.Gateway.StartAsync();
        (await bound.AskAsync("back")).Should().Be(HttpStatusCode.OK);
        await RequireTruthAsync(bound, bound.Acknowledged.Count);
    }

    private static async Task<BoundGateway> StartedAsync(StoreKind kind, string policy, string? sqlite = null)
    {
        var bound = await BoundGateway.StartAsync(kind, s_limit, root: $"on_store_failure: {policy}", sqlite: sqlite);
        await bound.AskAllAsync("first", First);
        (await bound.Gateway.LedgerAsync()).Should().HaveCount(First);
        return bound;
    }

    private static Task SaidAsync(BoundGateway bound, string what) =>
        Eventually.TrueAsync(() => bound.Gateway.Output.Contains(what, StringComparison.Ordinal), Soon, () => $"the log to say: {what}");

    /// <summary>One after the other, until the first 503.</summary>
    private static async Task<int> UntilRefusedAsync(BoundGateway bound, string prefix, string pad = "")
    {
        HttpStatusCode status;
        var went = 0;
        for (; (status = await bound.AskAsync($"{prefix}-{went}{pad}")) == HttpStatusCode.OK; went++)
            went.Should().BeLessThan(50_000, "sooner or later it must stop");
        status.Should().Be(HttpStatusCode.ServiceUnavailable);
        return went;
    }

    private static async Task RequireRefusalsAsync(BoundGateway bound)
    {
        var before = (await bound.Upstream.StatsAsync()).Requests;
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Refused; i++)
        {
            var answer = await bound.App.ChatAsync(BoundGateway.Body(new Script { Case = "refused" }, stream: false));
            answer.Status.Should().Be(HttpStatusCode.ServiceUnavailable);
            answer.Error.GetProperty("code").GetString().Should().Be("store_unavailable");
        }
        watch.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(Refused / 2), "nobody waits for a store that is known to be away: 2 s each");
        (await bound.Upstream.StatsAsync()).Requests.Should().Be(before, "what cannot be booked is not sent");
    }

    private async Task RequireTruthAsync(BoundGateway bound, int count)
    {
        var books = await bound.RequireTruthAsync();
        output.WriteLine($"{books.Compared} compared with the bill");
        books.Compared.Should().Be(count).And.Be(bound.Acknowledged.Count);
        books.Rows.Should().HaveCount(count).And.OnlyContain(static r => r.UsageSource == "exact");
        (await bound.QueuedRowsAsync()).Should().Be(0);
        (await bound.Gateway.MetricsAsync()).Sum("gateway_ledger_dropped_total").Should().Be(0);
    }
}
