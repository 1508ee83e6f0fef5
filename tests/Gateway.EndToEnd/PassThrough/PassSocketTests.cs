using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.PassThrough;

/// <summary>WebSockets: both directions pass, one connection is one slot and one row, and it ends with its key.</summary>
public sealed class PassSocketTests
{
    private const string ExtraKey = "sk-canary-extra-0000000000000000000000074";
    private const string Created = """{"type":"session.created","session":{}}""";
    private const string Path = "/pass/up/realtime?model=up-fast";

    [Fact]
    public async Task Both_directions_pass_and_the_row_has_the_sum_of_what_the_answers_used()
    {
        await using var rig = await StartAsync(EchoAsync);
        using (var socket = await OpenAsync(rig, PassGateway.BudgetKey))
        {
            (await ReceiveAsync(socket)).Should().Be(Created);
            (await rig.BudgetAsync()).Held.Should().BePositive("a connection is reserved for");
            foreach (var text in new[] { Done(20, 7), new string('x', 100_000), Done(1, 2) })
            {
                await SendAsync(socket, text);
                (await ReceiveAsync(socket)).Should().Be(text);
            }

            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", default);
            socket.CloseStatus.Should().Be(WebSocketCloseStatus.NormalClosure);
        }

        var row = (await rig.RowsAsync()).Should().ContainSingle().Which;
        row.Should().BeEquivalentTo(new { Endpoint = "pass", Status = 200, Stream = true, TargetModel = "up-fast", Input = 21, Output = 9, UsageSource = "exact", CostNanoUsd = PriceList.NanoUsd("up-fast", 21, 0, 9) });
        (await rig.BudgetAsync()).Should().BeEquivalentTo(new { Held = 0, Spent = row.CostNanoUsd });
        var sent = rig.Upstream.Requests.Should().ContainSingle().Which;
        sent.Target.Should().Be("/v1/realtime?model=up-fast");
        sent.Header("authorization").Should().Be($"Bearer {SharedRig.ProviderKey}");
        sent.Headers.Keys.Should().NotContain("Sec-WebSocket-Extensions");
        sent.Header("Sec-WebSocket-Protocol").Should().Be("realtime");
    }

    [Fact]
    public async Task A_connection_that_nobody_here_understands_is_charged_what_was_held()
    {
        await using var rig = await StartAsync(static socket => socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default));
        using var socket = await OpenAsync(rig, PassGateway.BudgetKey);
        var held = (await Eventually.ValueAsync(rig.Gateway.BudgetsAsync, static b => b[0].Held > 0 || b[0].Spent > 0, TimeSpan.FromSeconds(5), "a hold"))[0];

        await ReceiveAsync(socket);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);

        var row = (await rig.RowsAsync()).Should().ContainSingle().Which;
        row.UsageSource.Should().Be("estimated");
        row.CostNanoUsd.Should().Be(held.Held + held.Spent);
    }

    [Fact]
    public async Task A_connection_takes_a_slot_of_its_key_until_it_ends()
    {
        await using var rig = await StartAsync(EchoAsync, key: $"key: {ExtraKey}, limits: {{ concurrency: 1 }}");
        using (var first = await OpenAsync(rig, ExtraKey))
        {
            await ReceiveAsync(first);
            (await StatusOfRefusalAsync(rig, ExtraKey, Path)).Should().Be(HttpStatusCode.TooManyRequests);
            await first.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
        }

        await rig.RowsAsync();
        using var second = await OpenAsync(rig, ExtraKey);
        (await ReceiveAsync(second)).Should().Be(Created);
    }

    [Fact]
    public async Task A_connection_ends_with_its_key()
    {
        var end = DateTimeOffset.UtcNow.AddSeconds(6).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        await using var rig = await StartAsync(EchoAsync, key: $"key: {ExtraKey}, expires: {end}");
        using var socket = await OpenAsync(rig, ExtraKey);
        await ReceiveAsync(socket);

        var ending = async () => await ReceiveAsync(socket).WaitAsync(TimeSpan.FromSeconds(20));

        await ending.Should().ThrowAsync<WebSocketException>();
        (await rig.RowsAsync()).Should().ContainSingle().Which.Should().BeEquivalentTo(new { Status = 200, UsageSource = "exact", CostNanoUsd = 0 });
        var metrics = await Eventually.ValueAsync(rig.Gateway.MetricsAsync, static m => m.Sum("gateway_request_duration_seconds_count") == 1, TimeSpan.FromSeconds(5), "the connection to be counted");
        metrics.Sum("gateway_overhead_seconds_sum").Should().BeLessThan(metrics.Sum("gateway_request_duration_seconds_sum") / 2, "its life is no work of the gateway's");
    }

    [Fact]
    public async Task A_connection_ends_with_the_answer_that_uses_up_what_was_held()
    {
        await using var rig = await StartAsync(EchoAsync);
        using var socket = await OpenAsync(rig, PassGateway.BudgetKey);
        await ReceiveAsync(socket);

        await SendAsync(socket, Done(500_000_000, 0));
        var ending = async () =>
        {
            while (true) await ReceiveAsync(socket).WaitAsync(TimeSpan.FromSeconds(10));
        };

        await ending.Should().ThrowAsync<WebSocketException>();
        (await rig.RowsAsync()).Should().ContainSingle().Which.Should().BeEquivalentTo(new { Status = 429, Input = 500_000_000 });
    }

    [Fact]
    public async Task A_client_that_drops_its_connection_frees_the_providers()
    {
        var closed = new TaskCompletionSource();
        await using var rig = await StartAsync(async socket =>
        {
            try
            {
                await EchoAsync(socket);
            }
            finally
            {
                closed.TrySetResult();
            }
        });
        using (var socket = await OpenAsync(rig, PassGateway.BudgetKey))
        {
            await ReceiveAsync(socket);
            socket.Abort();
        }

        await closed.Task.WaitAsync(TimeSpan.FromSeconds(5));
        (await rig.RowsAsync()).Should().ContainSingle().Which.Status.Should().Be(499);
        (await rig.BudgetAsync()).Held.Should().Be(0);
    }

    [Theory]
    [InlineData(PassGateway.BudgetKey, "/pass/up/realtime?model=nobody-knows", 400)]
    [InlineData(PassGateway.BudgetKey, "/pass/up/realtime", 400)]
    [InlineData(SharedRig.AppKey, "/pass/up/realtime?model=a%0d%0aX-Evil:1", 400)]
    [InlineData(SharedRig.NarrowKey, Path, 403)]
    [InlineData("sk-nobodys", Path, 401)]
    public async Task What_may_not_be_opened_is_refused_before_the_provider_hears_of_it(string key, string path, int status)
    {
        await using var rig = await StartAsync(EchoAsync);

        ((int)await StatusOfRefusalAsync(rig, key, path)).Should().Be(status);

        rig.Upstream.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task A_provider_that_does_not_open_one_is_heard()
    {
        await using var rig = await PassGateway.StartAsync(static (http, _) =>
        {
            http.Response.StatusCode = 403;
            return HandlerUpstream.WriteAsync(http, "application/json", "{}");
        });

        (await StatusOfRefusalAsync(rig, PassGateway.BudgetKey, Path)).Should().Be(HttpStatusCode.Forbidden);

        (await rig.RowsAsync()).Should().ContainSingle().Which.Should().BeEquivalentTo(new { Status = 403, CostNanoUsd = 0 });
        (await rig.BudgetAsync()).Held.Should().Be(0);
    }

    private static string Done(long input, long output) =>
        $$$"""{"type":"response.done","response":{"usage":{"total_tokens":{{{input + output}}},"input_tokens":{{{input}}},"output_tokens":{{{output}}},"input_token_details":{"cached_tokens":0} } } }""";

    private static async Task<PassGateway> StartAsync(Func<WebSocket, Task> serve, string? key = null) => await PassGateway.StartAsync(await HandlerUpstream.StartRawAsync(async (http, kept) =>
    {
        kept.Keep(http, []);
        using var socket = await http.WebSockets.AcceptWebSocketAsync(http.WebSockets.WebSocketRequestedProtocols.FirstOrDefault());
        await serve(socket);
    }), key: key);

    private static async Task EchoAsync(WebSocket socket)
    {
        await SendAsync(socket, Created);
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var got = await socket.ReceiveAsync(buffer.AsMemory(), default);
            if (got.MessageType == WebSocketMessageType.Close) break;
            await socket.SendAsync(buffer.AsMemory(0, got.Count), got.MessageType, got.EndOfMessage, default);
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
    }

    private static ClientWebSocket Client(string key)
    {
        var client = new ClientWebSocket();
        client.Options.SetRequestHeader("Authorization", $"Bearer {key}");
        client.Options.AddSubProtocol("realtime");
        client.Options.AddSubProtocol("openai-insecure-api-key.mine");
        client.Options.DangerousDeflateOptions = new();
        return client;
    }

    private static async Task<ClientWebSocket> OpenAsync(PassGateway rig, string key)
    {
        var client = Client(key);
        await client.ConnectAsync(new Uri(rig.Gateway.Address.Replace("http", "ws", StringComparison.Ordinal) + Path), default);
        return client;
    }

    private static async Task<HttpStatusCode> StatusOfRefusalAsync(PassGateway rig, string key, string path)
    {
        using var client = Client(key);
        client.Options.CollectHttpResponseDetails = true;
        var opening = () => client.ConnectAsync(new Uri(rig.Gateway.Address.Replace("http", "ws", StringComparison.Ordinal) + path), default);
        await opening.Should().ThrowAsync<WebSocketException>();
        return client.HttpStatusCode;
    }

    private static Task SendAsync(WebSocket socket, string text) => socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, default);

    private static async Task<string> ReceiveAsync(WebSocket socket)
    {
        using var message = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var got = await socket.ReceiveAsync(buffer.AsMemory(), default);
            message.Write(buffer, 0, got.Count);
            if (got.EndOfMessage) return Encoding.UTF8.GetString(message.ToArray());
        }
    }
}
