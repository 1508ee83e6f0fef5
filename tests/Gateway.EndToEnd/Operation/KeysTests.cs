using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Gateway.EndToEnd.Rig;
using Gateway.Storage.Postgres;
using Gateway.TestSupport;
using Xunit.Abstractions;

namespace Gateway.EndToEnd.Operation;

/// <summary>A virtual key from its making to its end, over the admin API of a running gateway.</summary>
public sealed class KeysTests(ITestOutputHelper output)
{
    private const string Keys = "/admin/v1/keys";

    [Fact]
    public async Task A_key_is_made_used_rotated_blocked_deleted_and_a_restart_forgets_nothing()
    {
        using var folder = new TempFolder();
        await using var gateway = await GatewayProcess.StartAsync(folder, Yaml($"sqlite:{folder.Path}/gateway.db"));
        var secrets = new List<string>();

        var first = await SecretAsync(gateway, "POST", Keys, """{"name":"web","models":["demo"],"budgets":[{"limit":5,"period":"day"}]}""", secrets);
        await SecretAsync(gateway, "POST", Keys, """{"name":"gone"}""", secrets);
        (await StatusAsync(gateway, first)).Should().Be(HttpStatusCode.OK);
        var second = await SecretAsync(gateway, "POST", Keys + "/web/rotate", """{"grace":"1h"}""", secrets);
        (await StatusAsync(gateway, first)).Should().Be(HttpStatusCode.OK, "it has an hour left");
        (await StatusAsync(gateway, second)).Should().Be(HttpStatusCode.OK);
        await SendAsync(gateway, "POST", Keys + "/web/block");
        (await StatusAsync(gateway, second)).Should().Be(HttpStatusCode.Forbidden);
        (await SendAsync(gateway, "DELETE", Keys + "/gone")).Status.Should().Be(HttpStatusCode.NoContent);
        (await StatusAsync(gateway, secrets[1])).Should().Be(HttpStatusCode.Unauthorized);

        await gateway.KillAsync();
        await gateway.StartAsync();

        (await StatusAsync(gateway, second)).Should().Be(HttpStatusCode.Forbidden, "it is still blocked");
        await SendAsync(gateway, "POST", Keys + "/web/unblock");
        (await StatusAsync(gateway, first)).Should().Be(HttpStatusCode.OK);
        (await StatusAsync(gateway, second)).Should().Be(HttpStatusCode.OK);
        (await StatusAsync(gateway, secrets[1])).Should().Be(HttpStatusCode.Unauthorized);
        var said = (await SendAsync(gateway, "GET", Keys)).Text + (await SendAsync(gateway, "GET", Keys + "/web")).Text + (await SendAsync(gateway, "GET", "/admin/v1/audit")).Text;
        foreach (var action in new[] { "key.create", "key.rotate", "key.block", "key.delete", "key.unblock" })
            said.Should().Contain(action);
        gateway.Terminate();
        await gateway.ExitCodeAsync(TimeSpan.FromSeconds(20));
        NoneIn(secrets, said + gateway.Output, "answers and log");
        foreach (var file in Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories))
            NoneIn(secrets, Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)), file);
    }

    [SkippableFact]
    public async Task A_change_at_one_gateway_binds_the_others_within_a_second()
    {
        Skip.If(PostgresServer.Programs is null, PostgresServer.Missing);
        await using var server = await PostgresServer.StartAsync();
        var database = await server.EmptyDatabaseAsync("gateway_test_keys");
        using var folder = new TempFolder();
        using var otherFolder = new TempFolder();
        var yaml = Yaml(Store(database));
        await using var gateway = await GatewayProcess.StartAsync(folder, yaml);
        await using var other = await GatewayProcess.StartAsync(otherFolder, yaml);

        var key = await SecretAsync(gateway, "POST", Keys, """{"name":"web"}""", []);
        var made = await WithinASecondAsync(other, key, HttpStatusCode.OK);
        await SendAsync(gateway, "POST", Keys + "/web/block");
        var blocked = await WithinASecondAsync(other, key, HttpStatusCode.Forbidden);
        await SendAsync(other, "DELETE", Keys + "/web");
        var deleted = await WithinASecondAsync(gateway, key, HttpStatusCode.Unauthorized);

        output.WriteLine($"made after {made.TotalMilliseconds:0} ms, blocked after {blocked.TotalMilliseconds:0} ms, deleted after {deleted.TotalMilliseconds:0} ms");
    }

    private static async Task<TimeSpan> WithinASecondAsync(GatewayProcess gateway, string key, HttpStatusCode status)
    {
        var watch = Stopwatch.StartNew();
        await Eventually.TrueAsync(async () => await StatusAsync(gateway, key) == status, TimeSpan.FromSeconds(1), () => $"the other gateway to answer {status}.\n{gateway.Output}");
        return watch.Elapsed;
    }

    private static string Yaml(string store) => $$"""
        server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000 }
        store: {{store}}
        ledger: { journal: "{folder}/journal" }
        providers: [{ name: demo, kind: demo, pace: 1ms }]
        models: [{ name: demo, targets: [{ provider: demo, model: demo, price: { input: 1, output: 1 } }] }]
        """;

    private static string Store(PostgresAddress database) =>
        $"postgres://{database.User}:{Uri.EscapeDataString(database.Password ?? "")}@{database.Host}:{database.Port}/{database.Database}";

    private static async Task<HttpStatusCode> StatusAsync(GatewayProcess gateway, string key) => (await gateway.Caller(key).ChatAsync(Ask.Chat("demo", "Hello."))).Status;

    private static async Task<string> SecretAsync(GatewayProcess gateway, string method, string path, string json, List<string> secrets)
    {
        var answer = await SendAsync(gateway, method, path, json);
        using var body = JsonDocument.Parse(answer.Text);
        var key = body.RootElement.GetProperty("key").GetString()!;
        secrets.Add(key);
        return key;
    }

    private static async Task<(HttpStatusCode Status, string Text)> SendAsync(GatewayProcess gateway, string method, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(new(method), path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", GatewayProcess.AdminKey);
        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await gateway.Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.Should().BeTrue($"{method} {path}: {(int)response.StatusCode} {text}");
        return (response.StatusCode, text);
    }

    private static void NoneIn(IEnumerable<string> secrets, string text, string where)
    {
        foreach (var secret in secrets)
            text.Should().NotContain(secret.Split('-')[3], where);
    }
}
