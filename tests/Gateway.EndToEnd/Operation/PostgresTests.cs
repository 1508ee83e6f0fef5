using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.Storage.Postgres;
using Gateway.TestSupport;

namespace Gateway.EndToEnd.Operation;

/// <summary>The gateway with its ledger on a PostgreSQL server.</summary>
public sealed class PostgresTests
{
    private static string Escaped => Uri.EscapeDataString(PostgresServer.Password);

    [SkippableFact]
    public async Task Two_gateways_on_one_server_write_one_ledger_also_when_one_is_killed()
    {
        Skip.If(PostgresServer.Programs is null, PostgresServer.Missing);
        await using var server = await PostgresServer.StartAsync();
        var database = await server.EmptyDatabaseAsync("gateway_test_e2e");
        using var folder = new TempFolder();
        using var otherFolder = new TempFolder();
        var started = await Task.WhenAll(
            GatewayProcess.StartAsync(folder, Yaml(database), Environment()), GatewayProcess.StartAsync(otherFolder, Yaml(database), Environment()));
        await using var gateway = started[0];
        await using var other = started[1];

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => AskAsync(i % 2 == 0 ? gateway : other, $"u{i}")));
        await gateway.KillAsync();
        await AskAsync(other, "u40");
        await gateway.StartAsync();
        await AskAsync(gateway, "u41");

        // A gateway asks for its own rows before it answers; those of another arrive when that one imports them.
        var rows = await Eventually.ValueAsync(() => gateway.LedgerAsync(), static r => r.Count >= 42, TimeSpan.FromSeconds(10), "a row of each answer");
        rows.Select(static r => r.User).Should().BeEquivalentTo(Enumerable.Range(0, 42).Select(static i => $"u{i}"));
        (await other.LedgerAsync()).Should().BeEquivalentTo(rows);
        File.Exists(folder.File("data/gateway.journal/lock")).Should().BeTrue("the journal is on the machine's own disk");
        foreach (var said in new[] { gateway.Output, other.Output, await gateway.AdminAsync("/admin/v1/config") })
            said.Should().NotContain(PostgresServer.Password).And.NotContain(Escaped);
        gateway.Output.Should().Contain($"postgres://gateway:***@127.0.0.1:{database.Port}/gateway_test_e2e");
    }

    [SkippableFact]
    public async Task A_server_that_is_away_costs_no_row()
    {
        Skip.If(PostgresServer.Programs is null, PostgresServer.Missing);
        await using var server = await PostgresServer.StartAsync(durable: true);
        var database = await server.EmptyDatabaseAsync("gateway_test_e2e");
        using var folder = new TempFolder();
        await using var gateway = await GatewayProcess.StartAsync(folder, Yaml(database), Environment());
        await AskAsync(gateway, "before");

        await server.KillAsync();
        await AskAsync(gateway, "away");
        // The log says so, without the password, and requests go on.
        await Eventually.TrueAsync(() => gateway.Output.Contains("cannot be reached", StringComparison.Ordinal), TimeSpan.FromSeconds(20), () => $"the store's failure in the log.\n{gateway.Output}");
        await AskAsync(gateway, "still away");
        await server.StartAgainAsync();

        var rows = await Eventually.ValueAsync(
            async () => await TryLedgerAsync(gateway), static r => r.Count >= 3, TimeSpan.FromSeconds(30), "a row of each answer");
        rows.Select(static r => r.User).Should().BeEquivalentTo("before", "away", "still away");
        gateway.Output.Should().NotContain(PostgresServer.Password).And.NotContain(Escaped);
    }

    [SkippableFact]
    public async Task A_gateway_on_a_file_does_not_load_what_only_a_server_needs()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "reads /proc/PID/maps: run on Linux");
        using var folder = new TempFolder();
        await using var gateway = await GatewayProcess.StartBareAsync(folder, asBuilt: true);
        (await gateway.Caller("sk-demo").ChatAsync(Ask.Chat("demo", "Say hello."))).Status.Should().Be(HttpStatusCode.OK);

        (await LoadedAsync(gateway)).Should().Contain("Gateway.Storage.dll").And.NotContain("Npgsql");
    }

    [SkippableFact]
    public async Task A_gateway_on_a_server_loads_it()
    {
        Skip.If(PostgresServer.Programs is null, PostgresServer.Missing);
        await using var server = await PostgresServer.StartAsync();
        using var folder = new TempFolder();
        await using var gateway = await GatewayProcess.StartAsync(folder, Yaml(await server.EmptyDatabaseAsync("gateway_test_e2e")), Environment(), asBuilt: true);

        (await LoadedAsync(gateway)).Should().Contain("Npgsql", "what the test above looks for can be found");
    }

    private static Task<string> LoadedAsync(GatewayProcess gateway) => File.ReadAllTextAsync($"/proc/{gateway.ProcessId}/maps");

    private static string Yaml(PostgresAddress database) => $$"""
        server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000 }
        store: "postgres://gateway:${POSTGRES_PASSWORD}@127.0.0.1:{{database.Port}}/{{database.Database}}"
        providers: [{ name: demo, kind: demo, pace: 0ms }]
        models: [{ name: demo, targets: [{ provider: demo, model: demo }] }]
        keys: [{ name: app, key: {{SharedRig.AppKey}} }]
        """;

    private static Dictionary<string, string?> Environment() => new() { ["POSTGRES_PASSWORD"] = Escaped };

    private static async Task AskAsync(GatewayProcess gateway, string user)
    {
        var answer = await gateway.Caller(SharedRig.AppKey).ChatAsync(Ask.Chat("demo", "Say hello.", extra: $"\"user\":\"{user}\""));
        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
    }

    /// <summary>Empty where the store does not answer yet.</summary>
    private static async Task<IReadOnlyList<LedgerEntry>> TryLedgerAsync(GatewayProcess gateway)
    {
        try
        {
            return await gateway.LedgerAsync();
        }
        catch (HttpRequestException)
        {
            return [];
        }
    }
}
