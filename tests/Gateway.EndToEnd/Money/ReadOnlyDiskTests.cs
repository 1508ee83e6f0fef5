using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.EndToEnd.Streams;
using Xunit.Abstractions;

namespace Gateway.EndToEnd.Money;

/// <summary>R14: the disk below store and journal cannot be written, from the beginning or from some moment on.</summary>
[Collection(Alone.Name)]
public sealed class ReadOnlyDiskTests(ITestOutputHelper output)
{
    private const int First = 5, Meanwhile = 100;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private static readonly long s_limit = 100_000 * BoundGateway.Price;

    [SkippableFact]
    public async Task A_gateway_whose_store_cannot_be_written_does_not_start_and_says_which_file()
    {
        await using var disk = await SmallDisk.MountAsync(1);
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("gateway.yaml"), $"store: sqlite:{disk.File("gateway.db")}\nproviders: [{{ name: demo, kind: demo }}]\nmodels: [{{ name: demo, targets: [{{ provider: demo, model: demo }}] }}]\nkeys: [{{ name: app, key: {SharedRig.AppKey} }}]\n");
        await disk.MakeReadOnlyAsync();

        await using var gateway = ChildProcess.StartGateway(["serve", "--config", folder.File("gateway.yaml"), "--urls", "http://127.0.0.1:0"], folder.Path);

        (await gateway.ExitCodeAsync(Soon)).Should().Be(1);
        output.WriteLine(gateway.Errors);
        gateway.Errors.Should().StartWith("The gateway cannot start: ").And.Contain(disk.File("gateway.db")).And.Contain("may be written").And.NotContain("   at ");
    }

    [SkippableFact]
    public async Task With_lease_a_disk_that_becomes_read_only_costs_no_request_and_metric_and_log_say_what_is_at_stake()
    {
        await using var disk = await FailingDisk.MountAsync();
        await using var bound = await StartedAsync(disk, "lease", "1s");
        await disk.BreakAsync();

        await bound.AskAllAsync("meanwhile", Meanwhile);
        await SaidAsync(bound, "the disk refused to flush the journal");
        await SaidAsync(bound, "the store takes no rows");
        await bound.AskAllAsync("afterwards", Meanwhile);
        (await bound.QueuedRowsAsync()).Should().BeGreaterThanOrEqualTo(2 * Meanwhile, "the alert GatewayLedgerQueueGrows is for that");
        (await bound.Gateway.BudgetsAsync()).Should().OnlyContain(static b => b.Spent == (First + (2 * Meanwhile)) * BoundGateway.Price && b.Held == 0, "budgets bind all the same");

        bound.Gateway.Terminate();
        (await bound.Gateway.ExitCodeAsync(Soon)).Should().Be(0);
        bound.Gateway.Output.Should().Contain("rows stay in the journal").And.NotContain("cannot start");
        await disk.RepairAsync();
        await bound.Gateway.StartAsync();
        (await bound.AskAsync("back")).Should().Be(HttpStatusCode.OK);
        (await bound.Gateway.RowsOfAsync("back", 1)).Should().ContainSingle();
    }

    [SkippableFact]
    public async Task With_reject_and_sync_always_a_disk_that_becomes_read_only_ends_service_and_of_what_was_answered_nothing_is_lost()
    {
        await using var disk = await FailingDisk.MountAsync();
        await using var bound = await StartedAsync(disk, "reject", "always");
        await disk.BreakAsync();

        var waiting = bound.AskAsync("waiting");
        await SaidAsync(bound, "the store takes no rows");
        var before = (await bound.Upstream.StatsAsync()).Requests;
        for (var i = 0; i < 20; i++)
            (await bound.AskAsync($"refused-{i}")).Should().Be(HttpStatusCode.ServiceUnavailable);
        (await bound.Upstream.StatsAsync()).Requests.Should().Be(before, "what cannot be booked is not sent");
        waiting.IsCompleted.Should().BeFalse("its row is safe nowhere, so its last byte stays here");

        await bound.Gateway.KillAsync();
        await waiting.Awaiting(static w => w).Should().ThrowAsync<Exception>();
        await disk.RepairAsync();
        await bound.Gateway.StartAsync();
        (await bound.AskAsync("back")).Should().Be(HttpStatusCode.OK);
        foreach (var name in bound.Acknowledged.Keys)
            (await bound.Gateway.RowsOfAsync(name, 1)).Should().ContainSingle().Which.CostNanoUsd.Should().Be(BoundGateway.Price);
    }

    private static async Task<BoundGateway> StartedAsync(FailingDisk disk, string policy, string sync)
    {
        var bound = await BoundGateway.StartAsync(StoreKind.Sqlite, s_limit, root: $"on_store_failure: {policy}\nledger: {{ sync: {sync} }}", sqlite: disk.File("gateway.db"));
        await bound.AskAllAsync("first", First);
        (await bound.Gateway.LedgerAsync()).Should().HaveCount(First);
        return bound;
    }

    private static Task SaidAsync(BoundGateway bound, string what) =>
        Eventually.TrueAsync(() => bound.Gateway.Output.Contains(what, StringComparison.Ordinal), Soon, () => $"the log to say: {what}");
}
