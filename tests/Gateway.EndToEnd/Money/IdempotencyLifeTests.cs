using System.Globalization;
using System.Net;
using System.Text;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;
using Gateway.Storage.Postgres;
using Gateway.TestSupport;

namespace Gateway.EndToEnd.Money;

/// <summary>Records of requests that are made once, over kills, time, reloads, and several gateways (reliability R10, M18).</summary>
public sealed class IdempotencyLifeTests
{
    private const string Header = "Idempotency-Key";

    [Fact]
    public async Task After_a_kill_in_the_middle_nobody_pays_again_without_saying_so_and_answers_are_still_there()
    {
        using var folder = new TempFolder();
        await using var upstream = await ScriptedUpstream.StartAsync(folder);
        await using var gateway = await GatewayProcess.StartAsync(folder, Patient(SharedRig.Yaml(upstream.Address)));
        var answered = Ask.Chat("fast", new Script { Case = "answered" });
        var first = await gateway.Caller(SharedRig.AppKey).ChatAsync(answered, (Header, "canary of a key's text"));
        var cut = Ask.Chat("fast", new Script { Case = "cut", Stall = Stall.Headers });
        var call = gateway.Caller(SharedRig.AppKey).ChatAsync(cut, (Header, "cut"));
        await Eventually.TrueAsync(async () => (await upstream.RequestsAsync("cut")).Count == 1, TimeSpan.FromSeconds(5), () => "the request to reach the upstream");

        await gateway.KillAsync();
        await ((Func<Task>)(() => call)).Should().ThrowAsync<Exception>();
        await gateway.StartAsync();

        var app = gateway.Caller(SharedRig.AppKey);
        for (var i = 0; i < 2; i++)
        {
            var retry = await app.ChatAsync(cut, (Header, "cut"));
            retry.Status.Should().Be(HttpStatusCode.Conflict, retry.Text);
            retry.Error.GetProperty("code").GetString().Should().Be("idempotency_outcome_unknown");
            retry.Error.GetProperty("message").GetString().Should().Contain("may have been made and paid for").And.Contain("new key");
            retry.Header("x-should-retry").Should().Be("false");
        }

        (await upstream.RequestsAsync("cut")).Should().ContainSingle();
        (await gateway.RowsOfAsync("cut", 1)).Should().ContainSingle().Which.UsageSource.Should().Be("in_doubt");
        (await app.ChatAsync(cut, (Header, "a new key"))).Status.Should().Be(HttpStatusCode.GatewayTimeout, "it is made, and stalls as before");
        var replay = await app.ChatAsync(answered, (Header, "canary of a key's text"));
        replay.Text.Should().Be(first.Text);
        replay.Header("x-gateway-original-request-id").Should().Be(first.Header("x-request-id"));
        var stored = string.Concat(Directory.GetFiles(folder.Path, "gateway.db*").Select(static f => Encoding.Latin1.GetString(ReadShared(f))));
        stored.Should().Contain(first.Json.GetProperty("id").GetString()!, "the answer is there").And.NotContain("canary of a key's text");
        gateway.Output.Should().NotContain("canary of a key's text");
    }

    [Fact]
    public async Task What_a_shutdown_cut_off_is_made_again()
    {
        using var folder = new TempFolder();
        await using var upstream = await ScriptedUpstream.StartAsync(folder);
        var yaml = Patient(SharedRig.Yaml(upstream.Address)).Replace("flush_timeout: 3s", "flush_timeout: 3s, drain: 100ms", StringComparison.Ordinal);
        await using var gateway = await GatewayProcess.StartAsync(folder, yaml);
        var body = Ask.Chat("fast", new Script { Case = "down", HeadersMs = 2000 });
        var call = gateway.Caller(SharedRig.AppKey).ChatAsync(body, (Header, "down"));
        await Eventually.TrueAsync(async () => (await upstream.RequestsAsync("down")).Count == 1, TimeSpan.FromSeconds(5), () => "the request to reach the upstream");

        gateway.Terminate();
        (await call).Error.GetProperty("code").GetString().Should().Be("overloaded");
        (await gateway.ExitCodeAsync(TimeSpan.FromSeconds(15))).Should().Be(0);
        await gateway.StartAsync();

        var retry = await gateway.Caller(SharedRig.AppKey).ChatAsync(body, (Header, "down"));
        retry.Status.Should().Be(HttpStatusCode.OK, retry.Text);
        (await upstream.RequestsAsync("down")).Should().HaveCount(2);
    }

    [Fact]
    public async Task An_answer_expires_and_the_header_is_ignored_where_the_operator_says_so_without_a_restart()
    {
        using var folder = new TempFolder();
        await using var upstream = await ScriptedUpstream.StartAsync(folder);
        var yaml = SharedRig.Yaml(upstream.Address);
        await using var gateway = await GatewayProcess.StartAsync(folder, yaml + "\nidempotency: { keep: 0s }\n");
        var app = gateway.Caller(SharedRig.AppKey);
        var body = Ask.Chat("fast", new Script { Case = "life" });

        for (var i = 1; i <= 2; i++)
        {
            (await app.ChatAsync(body, (Header, "life"))).Header("x-gateway-idempotent-replay").Should().BeNull();
            (await upstream.RequestsAsync("life")).Should().HaveCount(i);
        }

        gateway.WriteConfig(yaml + "\nidempotency: { keep: 500ms }\n");
        await Eventually.TrueAsync(async () => (await app.ChatAsync(body, (Header, "life"))).Header("x-gateway-idempotent-replay") == "true",
            TimeSpan.FromSeconds(10), () => "the first replay");
        var made = (await upstream.RequestsAsync("life")).Count;

        await Eventually.TrueAsync(async () => (await app.ChatAsync(body, (Header, "life"))).Header("x-gateway-idempotent-replay") is null,
            TimeSpan.FromSeconds(10), () => "the answer to expire");
        (await upstream.RequestsAsync("life")).Should().HaveCount(made + 1);
    }

    [Fact]
    public async Task Lines_that_kept_a_silent_stream_open_are_not_given_again()
    {
        using var folder = new TempFolder();
        await using var upstream = await ScriptedUpstream.StartAsync(folder);
        await using var gateway = await GatewayProcess.StartAsync(folder, SharedRig.Yaml(upstream.Address) + "\nkeepalive: 100ms\n");
        var app = gateway.Caller(SharedRig.AppKey);
        var body = Ask.Chat("fast", new Script { Case = "silent", FirstMs = 1000 }, stream: true);

        var first = await app.StreamAsync(body, headers: (Header, "silent"));
        var second = await app.StreamAsync(body, headers: (Header, "silent"));

        var lines = Encoding.UTF8.GetString(first.Bytes);
        lines.Should().StartWith(": keep-alive\n\n");
        Encoding.UTF8.GetString(second.Bytes).Should().Be(lines.Replace(": keep-alive\n\n", "", StringComparison.Ordinal));
        second.Done.Should().BeTrue();
    }

    [Fact]
    public async Task What_admission_refuses_is_not_remembered()
    {
        using var folder = new TempFolder();
        await using var upstream = await ScriptedUpstream.StartAsync(folder);
        var yaml = SharedRig.Yaml(upstream.Address);
        await using var gateway = await GatewayProcess.StartAsync(folder, yaml + "\nbudgets: [{ limit: 0.000000001, period: month }]\n");
        var app = gateway.Caller(SharedRig.AppKey);
        var body = Ask.Chat("fast", new Script { Case = "poor" });

        (await app.ChatAsync(body, (Header, "poor"))).Error.GetProperty("code").GetString().Should().Be("budget_exceeded");
        gateway.WriteConfig(yaml);

        await Eventually.TrueAsync(async () => (await app.ChatAsync(body, (Header, "poor"))).Status == HttpStatusCode.OK, TimeSpan.FromSeconds(10), () => "the budget to be gone");
        upstream.InvoiceOf("poor").Should().ContainSingle();
    }

    [Fact]
    public async Task A_replay_takes_nothing_of_a_limit_or_a_budget()
    {
        using var folder = new TempFolder();
        await using var upstream = await ScriptedUpstream.StartAsync(folder);
        const string Key = "sk-canary-limited-0000000000000000000005";
        var yaml = SharedRig.Yaml(upstream.Address).Replace("keys:\n", $"keys:\n  - {{ name: limited, key: {Key}, limits: {{ rpm: 1 }}, budgets: [{{ limit: 1.00, period: month }}] }}\n", StringComparison.Ordinal);
        await using var gateway = await GatewayProcess.StartAsync(folder, yaml);
        var app = gateway.Caller(Key);
        var body = Ask.Chat("fast", new Script { Case = "limited" });
        (await app.ChatAsync(body, (Header, "limited"))).Status.Should().Be(HttpStatusCode.OK);
        var spent = (await gateway.BudgetsAsync()).Single().Spent;

        for (var i = 0; i < 5; i++)
            (await app.ChatAsync(body, (Header, "limited"))).Header("x-gateway-idempotent-replay").Should().Be("true");

        (await app.ChatAsync(body)).Status.Should().Be(HttpStatusCode.TooManyRequests, "the limit holds for what is made");
        (await gateway.BudgetsAsync()).Single().Spent.Should().Be(spent).And.BePositive();
        (await gateway.RowsOfAsync("limited", 1)).Should().ContainSingle();
    }

    [SkippableFact]
    public async Task Two_gateways_on_one_server_make_a_request_once()
    {
        Skip.If(PostgresServer.Programs is null, PostgresServer.Missing);
        await using var server = await PostgresServer.StartAsync();
        var database = await server.EmptyDatabaseAsync("gateway_test_idem");
        using var folder = new TempFolder();
        using var otherFolder = new TempFolder();
        await using var upstream = await ScriptedUpstream.StartAsync(folder);
        var yaml = Patient(SharedRig.Yaml(upstream.Address, OnServer(database)));
        await using var gateway = await GatewayProcess.StartAsync(folder, yaml, Environment());
        await using var other = await GatewayProcess.StartAsync(otherFolder, yaml, Environment());
        var app = gateway.Caller(SharedRig.AppKey);
        var elsewhere = other.Caller(SharedRig.AppKey);
        var body = Ask.Chat("fast", new Script { Case = "once", HeadersMs = 1000 });

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? app : elsewhere).ChatAsync(body, (Header, "once"))));

        var made = answers.Where(static a => a.Status == HttpStatusCode.OK && a.Header("x-gateway-idempotent-replay") is null).Should().ContainSingle().Which;
        answers.Where(static a => a.Status != HttpStatusCode.OK).Should().NotBeEmpty().And.OnlyContain(static a => a.Error.GetProperty("code").GetString() == "idempotency_in_progress");
        foreach (var caller in new[] { app, elsewhere })
            (await caller.ChatAsync(body, (Header, "once"))).Text.Should().Be(made.Text);
        upstream.InvoiceOf("once").Should().ContainSingle();

        var cut = Ask.Chat("fast", new Script { Case = "cut", Stall = Stall.Headers });
        var call = app.ChatAsync(cut, (Header, "cut"));
        await Eventually.TrueAsync(async () => (await upstream.RequestsAsync("cut")).Count == 1, TimeSpan.FromSeconds(5), () => "the request to reach the upstream");
        await gateway.KillAsync();
        await ((Func<Task>)(() => call)).Should().ThrowAsync<Exception>();

        var codes = new List<string>();
        await Eventually.TrueAsync(
            async () =>
            {
                codes.Add((await elsewhere.ChatAsync(cut, (Header, "cut"))).Error.GetProperty("code").GetString()!);
                return codes[^1] == "idempotency_outcome_unknown";
            },
            TimeSpan.FromSeconds(30), () => "the other gateway to be taken for dead");
        codes[..^1].Should().NotBeEmpty().And.OnlyContain(static c => c == "idempotency_in_progress", "until its lease is over it may live");
        (await upstream.RequestsAsync("cut")).Should().ContainSingle();
    }

    [SkippableFact]
    public async Task A_server_that_is_away_stops_what_is_to_be_made_once_and_nothing_else()
    {
        Skip.If(PostgresServer.Programs is null, PostgresServer.Missing);
        await using var server = await PostgresServer.StartAsync(durable: true);
        var database = await server.EmptyDatabaseAsync("gateway_test_idem");
        using var folder = new TempFolder();
        await using var upstream = await ScriptedUpstream.StartAsync(folder);
        await using var gateway = await GatewayProcess.StartAsync(folder, SharedRig.Yaml(upstream.Address, OnServer(database)), Environment());
        var app = gateway.Caller(SharedRig.AppKey);
        var slow = Ask.Chat("fast", new Script { Case = "slow", Chunks = 40, DelayMs = 100 }, stream: true);
        var call = app.StreamAsync(slow, headers: (Header, "slow"));
        await Eventually.TrueAsync(async () => (await upstream.RequestsAsync("slow")).Count == 1, TimeSpan.FromSeconds(5), () => "the request to reach the upstream");

        await server.KillAsync();
        var refused = await app.ChatAsync(Ask.Chat("fast", new Script { Case = "away" }), (Header, "away"));
        var plain = await app.ChatAsync(Ask.Chat("fast", new Script { Case = "plain" }));

        refused.Status.Should().Be(HttpStatusCode.ServiceUnavailable, refused.Text);
        refused.Error.GetProperty("code").GetString().Should().Be("store_unavailable");
        (await upstream.RequestsAsync("away")).Should().BeEmpty();
        plain.Status.Should().Be(HttpStatusCode.OK, plain.Text);
        (await call).Done.Should().BeTrue("it was paid for, and its answer is the client's");

        await server.StartAgainAsync();
        // The store hears later what it missed: an answer was given, and is not there.
        var retry = await Eventually.ValueAsync(
            () => app.ChatAsync(slow, (Header, "slow")), static a => a.Status == HttpStatusCode.Conflict && a.Error.GetProperty("code").GetString() != "idempotency_in_progress",
            TimeSpan.FromSeconds(30), "the record of the answer");
        retry.Error.GetProperty("code").GetString().Should().Be("idempotency_answer_not_kept");
        upstream.InvoiceOf("slow").Should().ContainSingle();
        (await app.ChatAsync(Ask.Chat("fast", new Script { Case = "away" }), (Header, "away"))).Status.Should().Be(HttpStatusCode.OK);
        gateway.Output.Should().Contain("Idempotency: the store fails").And.NotContain(PostgresServer.Password);
    }

    /// <summary>A kill has to come before the upstream's silence ends by itself.</summary>
    private static string Patient(string yaml) => yaml.Replace("first_byte: 2s", "first_byte: 6s", StringComparison.Ordinal);

    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var bytes = new MemoryStream();
        file.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static string OnServer(PostgresAddress database) =>
        string.Create(CultureInfo.InvariantCulture, $$"""postgres://gateway:${POSTGRES_PASSWORD}@127.0.0.1:{{database.Port}}/{{database.Database}}""");

    private static Dictionary<string, string?> Environment() => new() { ["POSTGRES_PASSWORD"] = Uri.EscapeDataString(PostgresServer.Password) };
}
