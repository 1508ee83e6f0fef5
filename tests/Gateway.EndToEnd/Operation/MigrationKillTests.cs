using Gateway.EndToEnd.Rig;
using Microsoft.Data.Sqlite;

namespace Gateway.EndToEnd.Operation;

/// <summary>R15: kill -9 while a new store is being made. The next start goes on where the last one was, and refuses nothing.</summary>
public sealed class MigrationKillTests
{
    private const int Kills = 15;

    [Fact]
    public async Task A_start_that_is_killed_while_it_makes_the_store_is_made_good_by_the_next_one()
    {
        using var folder = new TempFolder();
        var (random, halfMade) = (new Random(15), 0);
        for (var kill = 0; kill < Kills; kill++)
        {
            var store = folder.File($"store-{kill}");
            Directory.CreateDirectory(store);
            var path = Path.Combine(store, "gateway.db");
            await File.WriteAllTextAsync(folder.File("gateway.yaml"), Yaml(path));
            await using (var process = ChildProcess.StartGateway(["serve", "--config", folder.File("gateway.yaml"), "--urls", "http://127.0.0.1:0"], folder.Path))
            {
                await Eventually.TrueAsync(() => Task.FromResult(File.Exists(path)), TimeSpan.FromSeconds(30), static () => "the store to be begun");
                await Task.Delay(random.Next(0, 40));   // into what is being done then
                process.Signal(ChildProcess.SigKill);
                await process.ExitCodeAsync(TimeSpan.FromSeconds(10));
            }

            if (Versions(path) is var made && made < Latest) halfMade++;
            await using var next = await GatewayProcess.StartAsync(folder, Yaml(path));
            (await next.Caller(SharedRig.AppKey).ChatAsync(Ask.Chat("demo", "hello"))).Status.Should().Be(System.Net.HttpStatusCode.OK);
            next.Terminate();
            (await next.ExitCodeAsync(TimeSpan.FromSeconds(20))).Should().Be(0);
            Versions(path).Should().Be(Latest);
            Text(path, "PRAGMA integrity_check").Should().Be("ok");
        }

        halfMade.Should().BePositive("some of the kills have to come in the middle");
    }

    private static int Latest => Gateway.Storage.Sqlite.SqliteMigrator.Latest;

    private static string Yaml(string path) => $$"""
        server: { admin_key: {{GatewayProcess.AdminKey}} }
        store: "sqlite:{{path}}"
        providers: [{ name: demo, kind: demo }]
        models: [{ name: demo, targets: [{ provider: demo, model: demo }] }]
        unpriced: allow
        keys: [{ name: app, key: {{SharedRig.AppKey}} }]
        """;

    /// <summary>Migrations that are in the file; 0 where there is no table of them yet.</summary>
    private static int Versions(string path) =>
        int.Parse(Text(path, "SELECT count(*) FROM sqlite_master WHERE name = 'schema_version'"), System.Globalization.CultureInfo.InvariantCulture) == 0
            ? 0
            : int.Parse(Text(path, "SELECT count(*) FROM schema_version"), System.Globalization.CultureInfo.InvariantCulture);

    private static string Text(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToString(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture)!;
    }
}
