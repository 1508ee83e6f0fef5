using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Operation;

/// <summary>A backup taken while the gateway works, and what comes back from it (M19).</summary>
public sealed class BackupTests
{
    [Fact]
    public async Task A_backup_under_load_restores_to_a_ledger_that_adds_up()
    {
        using var folder = new TempFolder();
        await using var upstream = await ScriptedUpstream.StartAsync(folder);
        await using var gateway = await GatewayProcess.StartAsync(folder, SharedRig.Yaml(upstream.Address) + "\nbudgets: [{ limit: 1000.00, period: total }]\n");
        var app = gateway.Caller(SharedRig.AppKey);
        await CallAsync(app, "before", 30);
        var saved = await gateway.LedgerAsync();
        var load = CallAsync(app, "during", 60);

        var (code, said) = await gateway.CommandAsync("backup", "--to", folder.File("copy.db"));
        code.Should().Be(0, said);
        (await gateway.CommandAsync("backup", "--to", folder.File("copy.db"))).Output.Should().Contain("exists already");
        (await gateway.CommandAsync("restore", "--from", folder.File("copy.db"))).Output.Should().Contain("in use by process", "a gateway runs on it");
        await load;
        gateway.Terminate();
        (await gateway.ExitCodeAsync(TimeSpan.FromSeconds(20))).Should().Be(0);
        File.WriteAllText(folder.File("broken.db"), new string('x', 8192));
        (await gateway.CommandAsync("restore", "--from", folder.File("broken.db"))).Should().Match<(int ExitCode, string Output)>(static r => r.ExitCode == 1 && r.Output.Contains("is not a SQLite database"));
        (code, said) = await gateway.CommandAsync("restore", "--from", folder.File("copy.db"));
        code.Should().Be(0, said);

        await gateway.StartAsync();
        var rows = await gateway.LedgerAsync();
        rows.Select(static r => r.AttemptId).Should().OnlyHaveUniqueItems().And.Contain(saved.Select(static r => r.AttemptId));
        rows.Count.Should().BeInRange(30, 90);
        (await gateway.BudgetsAsync()).Single().Spent.Should().Be(rows.Sum(static r => r.CostNanoUsd));
        (code, said) = await gateway.AuditAsync();
        code.Should().Be(0, said);
        Directory.GetFiles(folder.Path, "gateway.db.before-restore-*").Should().NotBeEmpty("what was there is kept");
        (await gateway.Caller(SharedRig.AppKey).ChatAsync(Ask.Chat("fast", new Script { Case = "after" }))).Status.Should().Be(System.Net.HttpStatusCode.OK);
    }

    private static async Task CallAsync(Caller app, string name, int times)
    {
        for (var i = 0; i < times; i++)
            (await app.ChatAsync(Ask.Chat("fast", new Script { Case = $"{name}-{i}" }))).Status.Should().Be(System.Net.HttpStatusCode.OK);
    }
}
