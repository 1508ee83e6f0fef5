using System.Text;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Security;

/// <summary>Secrets and contents leave no trace (reliability S9): after success, every kind of failure, a reload and a crash, everything the gateway wrote is searched.</summary>
public sealed class CanaryTests
{
    private const string Prompt = "PROMPT-CANARY-7d1f", Completion = "COMPLETION-CANARY-93ab", Cookie = "COOKIE-CANARY-55e0";

    [Fact]
    public async Task No_secret_and_no_content_is_found_in_anything_the_gateway_wrote()
    {
        using var outside = new TempFolder();
        using var folder = new TempFolder();
        await using var upstream = await ScriptedUpstream.StartAsync(outside);
        await using var gateway = await GatewayProcess.StartAsync(folder, SharedRig.Yaml(upstream.Address));
        var toClients = new StringBuilder();

        await CallAllAsync(gateway, toClients);
        var metrics = await gateway.Http.GetStringAsync("/metrics");
        var health = await gateway.AdminAsync("/health");
        var ledger = await gateway.AdminAsync("/admin/v1/ledger?limit=1000");
        gateway.WriteConfig(SharedRig.Yaml(upstream.Address) + $"\nproviders: [{{ name: x, kind: openai, api_key: {SharedRig.ProviderKey} }}]\nkeyz: [{SharedRig.AppKey}]\n");
        await Eventually.TrueAsync(async () => (await gateway.MetricsAsync()).Sum("gateway_config_last_reload_successful") == 0, TimeSpan.FromSeconds(5), () => "the invalid configuration to be noticed");
        var config = await gateway.AdminAsync("/admin/v1/config");
        await gateway.KillAsync();
        gateway.WriteConfig(SharedRig.Yaml(upstream.Address));
        await gateway.StartAsync();
        await CallAllAsync(gateway, toClients);
        gateway.Terminate();
        (await gateway.ExitCodeAsync(TimeSpan.FromSeconds(20))).Should().Be(0);

        string[] secrets = [SharedRig.ProviderKey, SharedRig.AppKey, SharedRig.NarrowKey, SharedRig.ExpiredKey, GatewayProcess.AdminKey, Cookie];
        string[] everything = [.. secrets, Prompt, Completion];
        Search("stdout and stderr", Encoding.UTF8.GetBytes(gateway.Output), everything);
        Search("metrics", Encoding.UTF8.GetBytes(metrics), everything);
        Search("health", Encoding.UTF8.GetBytes(health), everything);
        Search("the configuration's page", Encoding.UTF8.GetBytes(config), everything);
        Search("the ledger's API", Encoding.UTF8.GetBytes(ledger), everything);
        Search("answers to clients", Encoding.UTF8.GetBytes(toClients.ToString()), secrets);
        var files = Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).Where(f => f != gateway.ConfigPath).ToArray();
        files.Should().NotBeEmpty("the ledger is there");
        foreach (var file in files)
            Search(file, await File.ReadAllBytesAsync(file), everything);
    }

    /// <summary>One request of every kind, each with the markers in its prompt, its answer and its headers.</summary>
    private static async Task CallAllAsync(GatewayProcess gateway, StringBuilder toClients)
    {
        // An upstream that repeats the key it was given and the prompt, as some do.
        const string Echo = $$$"""{"error":{"message":"Incorrect API key provided: {{{SharedRig.ProviderKey}}} for prompt {{{Prompt}}}","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}""";
        Script[] scripts =
        [
            new() { Text = Completion },
            new() { Status = 400, Body = Echo },
            new() { Status = 401, Body = Echo },
            new() { Status = 429, Body = Echo },
            new() { Status = 500, Body = Echo },
            new() { Status = 500, Body = $"<html>{SharedRig.ProviderKey} {Prompt}</html>", ContentType = "text/html" },
            new() { Body = $"{{\"id\":\"{Completion}" },
            new() { Text = Completion, Cut = Cut.Fin, Chunks = 4, After = 2 },
            new() { Text = Completion, Cut = Cut.Rst, Chunks = 4, After = 2 },
            new() { ErrorEvent = true, Text = Completion, After = 1 },
            new() { Stall = Stall.Headers },
            new() { Status = 302, Body = "", Headers = new() { ["location"] = $"http://127.0.0.1:1/?key={SharedRig.ProviderKey}" } },
        ];
        foreach (var script in scripts)
            foreach (var stream in new[] { false, true })
            {
                var body = Ask.Chat("fast", script, stream, $"\"metadata\":{{\"note\":\"{Prompt}\"}}");
                var answer = await gateway.Caller(SharedRig.AppKey).StreamAsync(body, headers: [("Cookie", Cookie)]);
                toClients.Append(Encoding.UTF8.GetString(answer.Bytes)).AppendJoin(';', answer.Headers).AppendLine();
            }

        string[] broken = [$"{{\"model\":\"fast\",\"messages\":\"{Prompt}", $"{{\"model\":\"fast\",\"messages\":[{{\"content\":\"{Prompt}\",\"content\":1}}]}}"];
        foreach (var key in new[] { SharedRig.AppKey, SharedRig.ExpiredKey, SharedRig.NarrowKey, "sk-nobody" })
            foreach (var body in broken)
                toClients.AppendLine((await gateway.Caller(key).ChatAsync(body)).Text);
    }

    private static void Search(string where, byte[] bytes, string[] secrets)
    {
        foreach (var secret in secrets)
            bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)).Should().Be(-1, $"{where} must not hold {secret}");
    }
}
