using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;
using Xunit.Abstractions;

namespace Gateway.EndToEnd.Forwarding;

/// <summary>R16: an upstream closes a kept connection just as the next request is sent over it. Nothing that it may have read is sent again unasked, and nothing fails that could be helped.</summary>
public sealed class KeptConnectionTests(ITestOutputHelper output)
{
    private const int LongRequest = 3;

    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_connection_that_was_closed_before_the_request_is_not_used_for_it()
    {
        const int Requests = 50;
        using var folder = new TempFolder();
        await using var upstream = new ImpatientUpstream(Idle, static _ => false);
        await using var gateway = await GatewayProcess.StartAsync(folder, Yaml(upstream, retries: 0));

        for (var i = 0; i < Requests; i++)
        {
            (await gateway.Caller(SharedRig.AppKey).ChatAsync(Body($"closed-{i}", i))).Status.Should().Be(HttpStatusCode.OK, $"request {i} has a new connection to go over");
            await Eventually.TrueAsync(() => upstream.Closed == upstream.Connections, Soon, static () => "the connection to be closed");
        }

        upstream.Requests.Should().HaveCount(Requests);
        upstream.Connections.Should().Be(Requests, "each connection was closed before the next request");
    }

    [Theory]
    [InlineData(0, 1, HttpStatusCode.BadGateway)]
    [InlineData(0, LongRequest, HttpStatusCode.BadGateway)]
    [InlineData(1, 1, HttpStatusCode.OK)]
    public async Task A_request_that_was_read_over_a_kept_connection_and_not_answered_is_sent_again_only_where_the_model_says_so(int retries, int number, HttpStatusCode status)
    {
        using var folder = new TempFolder();
        await using var upstream = new ImpatientUpstream(TimeSpan.FromMinutes(1), static place => place == 1);
        await using var gateway = await GatewayProcess.StartAsync(folder, Yaml(upstream, retries));
        (await gateway.Caller(SharedRig.AppKey).ChatAsync(Body("first", 1))).Status.Should().Be(HttpStatusCode.OK, "so that a connection is kept");

        (await gateway.Caller(SharedRig.AppKey).ChatAsync(Body("dropped", number))).Status.Should().Be(status);

        Arrived(upstream, "dropped").Should().Be(retries + 1);
        (await gateway.RowsOfAsync("dropped", retries + 1)).Should().HaveCount(retries + 1, "every attempt has its row, and what may have been billed is in it");
    }

    [Fact]
    public async Task At_the_very_moment_of_the_close_a_request_is_answered_or_fails_and_never_arrives_twice()
    {
        var (upstream, answers) = await RaceAsync(retries: 0);

        foreach (var (name, status) in answers)
            Arrived(upstream, name).Should().Be(status == HttpStatusCode.OK ? 1 : 0, $"{name} was told {status}");
    }

    [Fact]
    public async Task At_the_very_moment_of_the_close_a_model_with_retries_answers_everything_and_nothing_arrives_twice()
    {
        var (upstream, answers) = await RaceAsync(retries: 2);

        answers.Values.Should().OnlyContain(static s => s == HttpStatusCode.OK);
        answers.Keys.Should().OnlyContain(name => Arrived(upstream, name) == 1);
    }

    /// <summary>Two hundred requests, one after the other, with pauses around the time at which the upstream closes.</summary>
    private async Task<(ImpatientUpstream Upstream, IReadOnlyDictionary<string, HttpStatusCode> Answers)> RaceAsync(int retries)
    {
        using var folder = new TempFolder();
        await using var upstream = new ImpatientUpstream(Idle, static _ => false);
        await using var gateway = await GatewayProcess.StartAsync(folder, Yaml(upstream, retries));
        var answers = new Dictionary<string, HttpStatusCode>();
        for (var i = 0; i < 200; i++)
        {
            var name = $"race-{i}-";
            answers.Add(name, (await gateway.Caller(SharedRig.AppKey).ChatAsync(Body(name, i))).Status);
            await Task.Delay(Idle + TimeSpan.FromMilliseconds((i % 9) - 5));
        }

        output.WriteLine($"{answers.Count} requests over {upstream.Connections} connections, {answers.Count(static a => a.Value != HttpStatusCode.OK)} were not answered; retries {await RetriesAsync(gateway)}");
        upstream.Connections.Should().BeInRange(2, answers.Count + 200, "some connections are used again, some are closed before");
        answers.Values.Should().OnlyContain(static s => s == HttpStatusCode.OK || s == HttpStatusCode.BadGateway);
        return (upstream, answers);
    }

    private static async Task<double> RetriesAsync(GatewayProcess gateway) => (await gateway.MetricsAsync()).Sum("gateway_retries_total");

    private static int Arrived(ImpatientUpstream upstream, string name) => upstream.Requests.Count(r => r.Contains($"\"user\":\"{name}\"", StringComparison.Ordinal));

    /// <summary>Every <see cref="LongRequest"/>rd one is too long for one packet.</summary>
    private static string Body(string user, int number) => Ask.Chat("fast", new string('x', number % LongRequest == 0 ? 100_000 : 10), user);

    private static string Yaml(ImpatientUpstream upstream, int retries) => $$"""
        server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000 }
        store: sqlite:{folder}/gateway.db
        breaker: { enabled: false }
        retry_budget: { ratio: 1, min: 1000 }
        providers: [{ name: up, kind: openai-compatible, base_url: "{{upstream.Address}}/v1", api_key: x }]
        models: [{ name: fast, retries: {{retries}}, targets: [{ provider: up, model: m, price: {{PriceList.Yaml}} }] }]
        keys: [{ name: app, key: {{SharedRig.AppKey}} }]
        """;
}
