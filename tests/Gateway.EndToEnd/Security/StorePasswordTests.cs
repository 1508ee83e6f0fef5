using System.Globalization;
using Gateway.EndToEnd.Rig;
using Gateway.TestSupport;

namespace Gateway.EndToEnd.Security;

/// <summary>The password in a store's address is not in what anybody is told, least of all where the address does not work (reliability S9).</summary>
public sealed class StorePasswordTests
{
    private const string Wrong = "DB-PASSWORD-CANARY-41c7";

    private static readonly string[][] Commands = [["serve", "--urls", "http://127.0.0.1:0"], ["check"], ["audit"], ["reprice", "--from", "2026-01-01"], ["backup", "--to", "copy.db"]];

    [Fact]
    public async Task A_server_that_is_not_there_is_told_without_the_password()
    {
        using var folder = new TempFolder();

        await RunAllAsync(folder, $"postgres://gateway:{Wrong}@127.0.0.1:1/nothing", "cannot be reached");
    }

    [SkippableFact]
    public async Task A_password_that_the_server_refuses_is_not_repeated()
    {
        Skip.If(PostgresServer.Programs is null, PostgresServer.Missing);
        await using var server = await PostgresServer.StartAsync();
        using var folder = new TempFolder();

        await RunAllAsync(folder, string.Create(CultureInfo.InvariantCulture, $"postgres://gateway:{Wrong}@127.0.0.1:{server.Address.Port}/postgres"), "refuses the sign-in");
    }

    private static async Task RunAllAsync(TempFolder folder, string address, string expected)
    {
        await File.WriteAllTextAsync(folder.File("gateway.yaml"), SharedRig.Yaml("http://127.0.0.1:1", "${STORE}"));
        foreach (var command in Commands)
        {
            await using var program = ChildProcess.StartGateway([.. command, "--config", folder.File("gateway.yaml")], folder.Path, new Dictionary<string, string?> { ["STORE"] = address });
            if (command[0] == "serve")
                await Eventually.TrueAsync(() => (program.Output + program.Errors).Contains(expected, StringComparison.Ordinal), TimeSpan.FromSeconds(20), () => $"'{expected}' in {program.Output}{program.Errors}");
            else
                (await program.ExitCodeAsync(TimeSpan.FromSeconds(20)) == 0).Should().Be(command[0] == "check", program.Output + program.Errors);
            var said = program.Output + program.Errors;
            said.Should().NotContain(Wrong);
            if (command[0] is "audit" or "reprice")
                said.Should().Contain(expected, "{0} came as far as the server", command[0]);
            if (command[0] == "check")
                said.Should().Contain("postgres://gateway:***@127.0.0.1");
        }
        foreach (var file in Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories))
            (await File.ReadAllTextAsync(file)).Should().NotContain(Wrong, file);
    }
}
