using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;
using Xunit.Abstractions;

namespace Gateway.EndToEnd.Forwarding;

/// <summary>R16: the end of a kept connection's lifetime, between requests and during one.</summary>
public sealed class ConnectionLifetimeTests(ITestOutputHelper output)
{
    private const int Callers = 4;

    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(1), Load = Lifetime * 2.5;

    [Fact]
    public async Task Connections_are_replaced_at_the_end_of_their_lifetime_and_no_request_fails_is_cut_or_arrives_twice()
    {
        using var folder = new TempFolder();
        await using var quick = new ImpatientUpstream(TimeSpan.FromMinutes(1), static _ => false);
        await using var slow = await ScriptedUpstream.StartAsync(folder);
        await using var gateway = await GatewayProcess.StartAsync(folder, $$"""
            server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000 }
            store: sqlite:{folder}/gateway.db
            providers:
              - { name: quick, kind: openai-compatible, base_url: "{{quick.Address}}/v1", api_key: x, connection_lifetime: {{Lifetime.TotalSeconds}}s }
              - { name: slow, kind: openai-compatible, base_url: "{{slow.Address}}/v1", api_key: x, connection_lifetime: {{Lifetime.TotalSeconds}}s }
            models:
              - { name: fast, retries: 0, targets: [{ provider: quick, model: m, price: {{PriceList.Yaml}} }] }
              - { name: long, retries: 0, targets: [{ provider: slow, model: m, price: {{PriceList.Yaml}} }] }
            keys: [{ name: app, key: {{SharedRig.AppKey}} }]
            """);
        var app = gateway.Caller(SharedRig.AppKey);
        var watch = Stopwatch.StartNew();

        var stream = app.StreamAsync(Ask.Chat("long", new Script { Case = "long", Chunks = 6, DelayMs = 400 }, stream: true));
        var answers = new ConcurrentDictionary<string, HttpStatusCode>();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async caller =>
        {
            for (var i = 0; watch.Elapsed < Load; i++)
                answers[$"{caller}-{i}"] = (await app.ChatAsync(Ask.Chat("fast", "x", $"{caller}-{i}"))).Status;
        }));

        output.WriteLine($"{answers.Count} requests over {quick.Connections} connections");
        answers.Values.Should().OnlyContain(static s => s == HttpStatusCode.OK);
        quick.Requests.Should().HaveCount(answers.Count, "each arrived once");
        quick.Connections.Should().BeInRange(Callers + 1, Callers * 4, "each is kept for a second, and for no longer");
        var told = await stream;
        told.Done.Should().BeTrue("what is under way over an old connection ends first");
        told.Broken.Should().BeNull();
        (await slow.RequestsAsync("long")).Should().ContainSingle();
    }
}
