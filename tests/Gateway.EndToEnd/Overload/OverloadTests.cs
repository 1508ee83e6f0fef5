using System.Net;
using System.Text;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Overload;

/// <summary>What becomes of requests beyond <c>server.overload.max_concurrency</c>, over real sockets.</summary>
public sealed class OverloadTests
{
    private const string One = "max_concurrency: 1, max_queue: 4, queue_timeout: 60s";
    private const string OneAndNoQueue = "max_concurrency: 1, max_queue: 0";

    [Fact]
    public async Task A_stream_is_under_way_until_its_last_byte_and_what_finds_no_room_is_told_when_to_come_back()
    {
        await using var rig = await OverloadGateway.StartAsync(OneAndNoQueue);
        var held = await rig.HoldAsync("held");

        var refused = await rig.Quiet.ChatAsync(Ask.Chat("fast", new Script { Case = "refused" }));

        RequireOverloaded(refused);
        refused.Error.GetProperty("message").GetString().Should().Contain("no more may wait");
        await held.ReleaseAsync();
        (await rig.Quiet.ChatAsync(Ask.Chat("fast", new Script { Case = "served" }))).Status.Should().Be(HttpStatusCode.OK);
        (await rig.Upstream.RequestsAsync("refused")).Should().BeEmpty();
        (await rig.Gateway.MetricsAsync()).Sum("gateway_shed_total", ("team", "quiet"), ("reason", "queue_full")).Should().Be(1);
    }

    [Fact]
    public async Task A_waiting_request_holds_no_money_and_its_body_is_not_asked_for_before_its_turn()
    {
        await using var rig = await OverloadGateway.StartAsync(One);
        var held = await rig.HoldAsync("held");
        var hold = (await rig.Gateway.BudgetsAsync()).Single().Held;
        var body = Encoding.UTF8.GetBytes(Ask.Chat("fast", new Script { Case = "late" }));
        using var socket = await RawHttp.ConnectAsync(rig.Gateway.Port);
        await socket.SendAsync(Encoding.Latin1.GetBytes(
            $"POST {Caller.Chat} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {SharedRig.NarrowKey}\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n"));

        await rig.WaitingAsync(1);

        socket.Available.Should().Be(0, "it is not told to send its body");
        (await rig.Gateway.BudgetsAsync()).Single().Held.Should().Be(hold).And.BePositive();
        await held.ReleaseAsync();
        (await ReadAsync(socket)).Should().StartWith("HTTP/1.1 100 Continue");
        await socket.SendAsync(body);
        (await ReadAsync(socket)).Should().StartWith("HTTP/1.1 200 OK");
        (await rig.Gateway.MetricsAsync()).Sum("gateway_queue_wait_seconds_count", ("team", "quiet")).Should().Be(1);
    }

    [Fact]
    public async Task A_client_that_leaves_while_it_waits_leaves_the_queue_at_once()
    {
        await using var rig = await OverloadGateway.StartAsync(One);
        var held = await rig.HoldAsync("held");
        using var client = new CancellationTokenSource();
        var waiting = rig.Quiet.OpenAsync(Ask.Chat("fast", new Script { Case = "gone" }), cancellationToken: client.Token);
        await rig.WaitingAsync(1);

        await client.CancelAsync();

        await rig.WaitingAsync(0);
        await FluentActions.Awaiting(() => waiting).Should().ThrowAsync<OperationCanceledException>();
        await held.ReleaseAsync();
        (await rig.Upstream.RequestsAsync("gone")).Should().BeEmpty();
        await Eventually.TrueAsync(async () => (await rig.Gateway.MetricsAsync()).Sum("gateway_concurrency") == 0, OverloadGateway.Soon, static () => "nothing to be under way");
    }

    [Fact]
    public async Task Whose_turn_does_not_come_in_time_is_told_so_in_its_own_dialect()
    {
        await using var rig = await OverloadGateway.StartAsync("max_concurrency: 1, max_queue: 4, queue_timeout: 50ms");
        var held = await rig.HoldAsync("held");

        var late = await rig.Quiet.PostAsync("/v1/messages", Ask.Message("fast", "hello"));

        late.Status.Should().Be(HttpStatusCode.ServiceUnavailable);
        int.Parse(late.Header("retry-after")!).Should().BeInRange(1, 60);
        late.Json.GetProperty("type").GetString().Should().Be("error");
        late.Error.GetProperty("type").GetString().Should().Be("overloaded_error");
        late.Error.GetProperty("message").GetString().Should().Contain("did not come in time");
        await held.ReleaseAsync();
    }

    [Theory]
    [InlineData(Caller.Chat, "fast")]
    [InlineData("/pass/up/v1/chat/completions", "up-fast")]
    public async Task Whose_own_time_is_over_while_it_waits_is_told_so(string path, string model)
    {
        await using var rig = await OverloadGateway.StartAsync(One);
        var held = await rig.HoldAsync("held");

        var late = await rig.Quiet.PostAsync(path, Ask.Chat(model, new Script { Case = "late" }), ("x-gateway-timeout", "100ms"));

        late.Status.Should().Be(HttpStatusCode.GatewayTimeout, late.Text);
        (late.Error.GetProperty("type").GetString(), late.Error.GetProperty("code").GetString()).Should().Be(("upstream_error", "upstream_timeout"));
        late.Error.GetProperty("message").GetString().Should().Contain("x-gateway-timeout");
        await held.ReleaseAsync();
        (await rig.Upstream.RequestsAsync("late")).Should().BeEmpty();
    }

    [Theory]
    [InlineData(Caller.Chat, "fast")]
    [InlineData("/pass/up/v1/chat/completions", "up-fast")]
    public async Task What_it_waited_is_part_of_the_time_that_its_client_gave_it(string path, string model)
    {
        await using var rig = await OverloadGateway.StartAsync(One);
        var slow = rig.Noisy.ChatAsync(Ask.Chat("fast", new Script { Case = "slow", HeadersMs = 3000 }));
        await Eventually.TrueAsync(async () => (await rig.Gateway.MetricsAsync()).Sum("gateway_concurrency") == 1, OverloadGateway.Soon, static () => "the slow one to be under way");
        var since = System.Diagnostics.Stopwatch.StartNew();

        var late = await rig.Quiet.PostAsync(path, Ask.Chat(model, new Script { Case = "late", Hold = Stall.Headers }), ("x-gateway-timeout", "9s"));

        late.Status.Should().Be(HttpStatusCode.GatewayTimeout, late.Text);
        since.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(11.5), "it waited for nearly three seconds, and has six for the upstream");
        (await slow).Status.Should().Be(HttpStatusCode.OK);
        (await rig.Upstream.RequestsAsync("late")).Should().ContainSingle();
    }

    [Fact]
    public async Task What_is_passed_through_counts_too_and_a_key_that_is_wrong_is_told_so_first()
    {
        await using var rig = await OverloadGateway.StartAsync(OneAndNoQueue);
        var held = await rig.HoldAsync("held");

        RequireOverloaded(await rig.Quiet.PostAsync("/pass/up/v1/chat/completions", Ask.Chat("up-fast", new Script { Case = "passed" })));
        (await rig.Gateway.Caller("sk-nobody-knows-this-one").ChatAsync(Ask.Chat("fast", new Script()))).Status.Should().Be(HttpStatusCode.Unauthorized);
        (await rig.Gateway.StatusAsync("/health/ready")).Should().Be(HttpStatusCode.OK);
        (await rig.Quiet.GetAsync("/v1/models")).Status.Should().Be(HttpStatusCode.OK);
        await rig.Gateway.AdminAsync("/admin/v1/keys");
        await held.ReleaseAsync();

        (await rig.Quiet.PostAsync("/pass/up/v1/chat/completions", Ask.Chat("up-fast", new Script { Case = "passed" }))).Status.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_higher_limit_is_live_and_lets_in_who_waits()
    {
        await using var rig = await OverloadGateway.StartAsync(One);
        var held = await rig.HoldAsync("held");
        var waiting = rig.Quiet.ChatAsync(Ask.Chat("fast", new Script { Case = "waiting" }));
        await rig.WaitingAsync(1);

        rig.Gateway.WriteConfig(rig.Yaml("max_concurrency: 2, max_queue: 4"));

        (await waiting.WaitAsync(OverloadGateway.Soon)).Status.Should().Be(HttpStatusCode.OK);
        held.Answer.IsCompleted.Should().BeFalse();
        await held.ReleaseAsync();
    }

    [Fact]
    public async Task When_the_time_to_drain_is_over_who_waits_is_sent_elsewhere()
    {
        await using var rig = await OverloadGateway.StartAsync(One, "drain: 1s");
        var held = await rig.HoldAsync("held");
        var waiting = rig.Quiet.ChatAsync(Ask.Chat("fast", new Script { Case = "waiting" }));
        await rig.WaitingAsync(1);

        rig.Gateway.Terminate();

        var refused = await waiting;
        RequireOverloaded(refused);
        refused.Error.GetProperty("message").GetString().Should().Contain("shutting down");
        (await held.Answer).Done.Should().BeFalse();
        (await rig.Gateway.ExitCodeAsync(TimeSpan.FromSeconds(20))).Should().Be(0);
        (await rig.Upstream.RequestsAsync("waiting")).Should().BeEmpty();
    }

    private static void RequireOverloaded(Answer answer)
    {
        answer.Status.Should().Be(HttpStatusCode.ServiceUnavailable, answer.Text);
        answer.Error.GetProperty("type").GetString().Should().Be("overloaded_error");
        answer.Error.GetProperty("code").GetString().Should().Be("overloaded");
        int.Parse(answer.Header("retry-after")!).Should().BeInRange(1, 60);
    }

    private static async Task<string> ReadAsync(System.Net.Sockets.Socket socket)
    {
        using var limit = new CancellationTokenSource(OverloadGateway.Soon);
        var buffer = new byte[16 * 1024];
        return Encoding.Latin1.GetString(buffer, 0, await socket.ReceiveAsync(buffer, limit.Token));
    }
}
