using System.Globalization;
using System.Net;
using System.Text;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;
using Gateway.TestSupport;

namespace Gateway.EndToEnd.Security;

/// <summary>What is shown once is nowhere else (reliability S9): keys and tokens that the admin API made, and the store's password, are looked for in all that the gateway said, wrote, sent and stored.</summary>
public sealed class AdminCanaryTests
{
    private const string Prompt = "PROMPT-CANARY-2c8e";

    private static readonly string[] Pages =
    [
        "/metrics", "/health", "/admin/v1/config", "/admin/v1/keys", "/admin/v1/keys/bot", "/admin/v1/tokens", "/admin/v1/tokens/viewer", "/admin/v1/teams", "/admin/v1/prompts", "/admin/v1/audit?limit=1000",
        "/admin/v1/ledger?limit=1000", "/admin/v1/ledger?format=csv", "/admin/v1/usage?group_by=key,user,model,tag", "/admin/v1/budgets", "/admin/v1/instances", "/admin/v1/targets", "/admin/v1/cache/shadow", "/admin/v1/prices", "/admin/v1/openapi.json",
    ];

    [SkippableTheory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task A_key_and_a_token_are_shown_once_and_the_stores_password_never(StoreKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        using var outside = new TempFolder();
        using var folder = new TempFolder();
        await using var upstream = await ScriptedUpstream.StartAsync(outside);
        await using var collector = await OtlpSink.StartAsync();
        var yaml = SharedRig.YamlWithBudgets(upstream.Address, store.Address) + $"\ntelemetry: {{ otlp: \"{collector.Address}\" }}\n";
        await using var gateway = await GatewayProcess.StartAsync(folder, yaml, store.Environment);
        var said = new Dictionary<string, byte[]>();
        var (keys, tokens) = await MakeAsync(gateway.Caller(GatewayProcess.AdminKey));

        said["answers"] = await CallAsync(gateway, keys, tokens);
        foreach (var page in Pages)
            said[page] = Encoding.UTF8.GetBytes(await gateway.AdminAsync(page));
        said["explain"] = Encoding.UTF8.GetBytes((await gateway.Caller(GatewayProcess.AdminKey).PostAsync("/admin/v1/explain", $$"""{"key":"bot","body":{{Ask.Chat("fast", Prompt)}}}""")).Text);
        Encoding.UTF8.GetString(said["explain"]).Should().Contain("up-fast").And.NotContain(Prompt);
        foreach (var command in new string[][] { ["check"], ["audit"], ["backup", "--to", folder.File("copy.db")], ["reprice", "--from", "2020-01-01"] })
            said[command[0]] = Encoding.UTF8.GetBytes((await gateway.CommandAsync(command)).Output);
        await gateway.KillAsync();
        await SearchFilesAsync(folder, gateway, store, [.. keys, .. tokens]);
        await gateway.StartAsync();
        said["answers after the crash"] = await CallAsync(gateway, keys, tokens);
        gateway.Terminate();
        (await gateway.ExitCodeAsync(TimeSpan.FromSeconds(20))).Should().Be(0);

        said["log"] = Encoding.UTF8.GetBytes(gateway.Output);
        said["traces and metrics"] = collector.Received;
        Encoding.UTF8.GetString(said["traces and metrics"]).Should().ContainAll("gen_ai.request.model", "gateway_requests_total", "up-fast");
        File.Exists(folder.File("copy.db")).Should().Be(kind == StoreKind.Sqlite, "the backup is among the files");
        foreach (var (where, bytes) in said)
            Search(where, bytes, [.. keys, .. tokens, GatewayProcess.AdminKey, SharedRig.ProviderKey, PostgresServer.Password, Uri.EscapeDataString(PostgresServer.Password)]);
        await SearchFilesAsync(folder, gateway, store, [.. keys, .. tokens]);
    }

    /// <summary>Two keys, one of them with a second secret, and a token of each role.</summary>
    private static async Task<(List<string> Keys, List<string> Tokens)> MakeAsync(Caller admin)
    {
        await MadeAsync("/admin/v1/teams", """{"name":"crew"}""");
        var (keys, tokens) = (new List<string>(), new List<string>());
        keys.Add((await MadeAsync("/admin/v1/keys", """{"name":"bot","team":"crew","metadata":{"note":"of the crew"}}""")).Json.GetProperty("key").GetString()!);
        keys.Add((await MadeAsync("/admin/v1/keys", """{"name":"spare"}""")).Json.GetProperty("key").GetString()!);
        keys.Add((await MadeAsync("/admin/v1/keys/bot/rotate", """{"grace":"1h"}""")).Json.GetProperty("key").GetString()!);
        foreach (var role in new[] { "viewer", "manager", "admin" })
            tokens.Add((await MadeAsync("/admin/v1/tokens", $$"""{"name":"{{role}}","role":"{{role}}"{{(role == "manager" ? ",\"teams\":[\"crew\"]" : "")}}}""")).Json.GetProperty("token").GetString()!);
        keys.Concat(tokens).Should().OnlyHaveUniqueItems().And.OnlyContain(static s => s.Length > 40);
        return (keys, tokens);

        async Task<Answer> MadeAsync(string path, string body)
        {
            var made = await admin.PostAsync(path, body);
            made.Status.Should().BeOneOf([HttpStatusCode.Created, HttpStatusCode.OK], made.Text);
            return made;
        }
    }

    /// <summary>Each secret where it belongs, with success and with every kind of failure, and where it does not belong.</summary>
    /// <returns>What was answered, except to who sent the secret as something else.</returns>
    private static async Task<byte[]> CallAsync(GatewayProcess gateway, List<string> keys, List<string> tokens)
    {
        var heard = new StringBuilder();
        foreach (var key in keys)
        {
            var caller = gateway.Caller(key);
            var echo = $$$"""{"error":{"message":"Incorrect API key provided: {{{SharedRig.ProviderKey}}} for {{{Prompt}}}","type":"invalid_request_error","param":null,"code":null}}""";
            foreach (var script in new Script[] { new(), new() { Status = 500, Body = echo }, new() { Status = 401, Body = echo }, new() { Cut = Cut.Rst, Chunks = 4, After = 2 } })
                foreach (var stream in new[] { false, true })
                    Hear(await caller.StreamAsync(Ask.Chat("fast", script, stream, $"\"metadata\":{{\"note\":\"{Prompt}\"}}")));
            Hear(await caller.StreamAsync("{\"model\":"));
            Hear(await caller.StreamAsync(Ask.Chat("nothing", "x")));
            // A client that mistakes one setting for another.
            (await caller.ChatAsync(Ask.Chat(key, "x"), ("Idempotency-Key", key))).Status.Should().Be(HttpStatusCode.NotFound);
            (await caller.GetAsync($"/v1/models/{key}?key={key}")).Status.Should().Be(HttpStatusCode.NotFound);
            (await gateway.Caller("").GetAsync($"/admin/v1/keys/{key}", ("Authorization", $"Bearer {key}"))).Status.Should().Be(HttpStatusCode.Unauthorized);
        }
        foreach (var token in tokens)
        {
            var admin = gateway.Caller(token);
            foreach (var path in new[] { "keys", "keys/bot", "ledger", "usage", "audit", "tokens", "budgets", "config" })
                Hear(await admin.StreamAsync("{}", $"/admin/v1/{path}"), await admin.GetAsync($"/admin/v1/{path}"));
            foreach (var path in new[] { $"keys/{token}", $"tokens/{token}", $"prices/{token}", $"ledger?cursor={token}", $"ledger?key={token}", $"keys?{token}=1", token })
                ((int)(await admin.GetAsync($"/admin/v1/{path}")).Status).Should().BeInRange(200, 404);
            ((int)(await admin.PostAsync("/admin/v1/keys", $$"""{"name":"{{token}}","{{token}}":1}""")).Status).Should().BeOneOf(400, 403);
            (await admin.ChatAsync(Ask.Chat("fast", "x"))).Status.Should().Be(HttpStatusCode.Unauthorized);
        }
        return Encoding.UTF8.GetBytes(heard.ToString());

        void Hear(StreamedAnswer streamed, Answer? answer = null) =>
            heard.Append(Encoding.UTF8.GetString(streamed.Bytes)).AppendJoin(';', streamed.Headers).Append(answer?.Text).AppendJoin(';', answer?.Headers ?? streamed.Headers).AppendLine();
    }

    /// <summary>The gateway's folder, and where the store is a server the server's: tables, indexes and its log.</summary>
    private static async Task SearchFilesAsync(TempFolder folder, GatewayProcess gateway, TestStore store, string[] secrets)
    {
        string[] all = [.. secrets, GatewayProcess.AdminKey, SharedRig.ProviderKey, SharedRig.AppKey, PostgresServer.Password, Uri.EscapeDataString(PostgresServer.Password), Prompt];
        var folders = new List<string> { folder.Path };
        if (store.Database is { } database)
        {
            await PostgresServer.ExecuteAsync(database, "CHECKPOINT");
            folders.Add((string)(await PostgresServer.ExecuteAsync(database, "SHOW data_directory"))!);
        }
        var files = folders.SelectMany(static f => Directory.EnumerateFiles(f, "*", SearchOption.AllDirectories)).Where(f => f != gateway.ConfigPath).ToList();
        files.Should().HaveCountGreaterThan(store.Database is null ? 1 : 500);
        var size = 0L;
        foreach (var file in files)
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes);
            size += bytes.Length;
            Search(file, bytes.GetBuffer().AsSpan(0, (int)bytes.Length), all);
        }
        size.Should().BePositive(string.Create(CultureInfo.InvariantCulture, $"{files.Count} files"));
    }

    private static void Search(string where, ReadOnlySpan<byte> bytes, string[] secrets)
    {
        foreach (var secret in secrets)
        {
            var at = bytes.IndexOf(Encoding.UTF8.GetBytes(secret));
            at.Should().Be(-1, $"{where} must not hold {secret}: {(at < 0 ? "" : Encoding.UTF8.GetString(bytes[Math.Max(0, at - 200)..Math.Min(bytes.Length, at + 100)]))}");
        }
    }
}
