using System.Net.Sockets;
using System.Text;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Streams;

/// <summary>A client that leaves (reliability R4, M3): the upstream knows within a second, and there is exactly one row.</summary>
[Collection(OneGateway.Name)]
public sealed class DisconnectTests(SharedRig rig)
{
    public enum Leaving { Close, Reset, HalfClose }

    public static TheoryData<string, Script, int, bool, Leaving> Departures
    {
        get
        {
            var rows = new TheoryData<string, Script, int, bool, Leaving>();
            foreach (var how in Enum.GetValues<Leaving>())
            {
                rows.Add("before the head of a reply", new Script { Stall = Stall.Headers }, 0, false, how);
                rows.Add("before the head of a stream", new Script { Stall = Stall.Headers }, 0, true, how);
                rows.Add("before the first token", new Script { Stall = Stall.First }, 0, true, how);
                rows.Add("after the third token", new Script { Stall = Stall.Middle, After = 3, Chunks = 9, Usage = UsageShape.Every }, 3, true, how);
                rows.Add("after the last token, before the usage", new Script { Stall = Stall.Middle, After = 4, Chunks = 4, Usage = UsageShape.Every }, 4, true, how);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Departures))]
    public async Task A_client_that_leaves_takes_its_upstream_request_with_it(string when, Script script, int events, bool stream, Leaving how)
    {
        var name = Ask.NewCase("leave");
        using var socket = await RawHttp.ConnectAsync(rig.Gateway.Port);
        await socket.SendAsync(Encoding.Latin1.GetBytes(RawHttp.Post(Caller.Chat, SharedRig.AppKey, Ask.Chat("fast", script with { Case = name, PromptTokens = 70 }, stream))));
        await Eventually.TrueAsync(async () => (await rig.Upstream.RequestsAsync(name)).Count == 1, TimeSpan.FromSeconds(5), () => "the request to reach the upstream");
        if (events > 0)
            await ReadEventsAsync(socket, events);

        Leave(socket, how);

        await Eventually.TrueAsync(
            async () => (await rig.Upstream.StatsAsync()).Aborts.Contains(name), TimeSpan.FromSeconds(1), () => $"the upstream to see the client leave {when}");
        var rows = await rig.Gateway.RowsOfAsync(name, 1);
        var row = rows.Should().ContainSingle(when).Which;
        row.Status.Should().Be(499, when);
        if (events > 0)
        {
            row.UsageSource.Should().Be("partial", when);
            row.CostNanoUsd.Should().Be(rig.Upstream.InvoiceOf(name).Single().NanoUsd, when);
        }
        else
        {
            row.UsageSource.Should().NotBe("exact", when);
        }
    }

    public static TheoryData<string, Script, int, bool> Drained => new()
    {
        { "before the head of a reply", new Script { HeadersMs = 600 }, 0, false },
        { "before the head of a stream", new Script { HeadersMs = 600 }, 0, true },
        { "before the first token", new Script { FirstMs = 600 }, 0, true },
        { "after the third token", new Script { Chunks = 9, DelayMs = 100 }, 3, true },
    };

    /// <summary>With <c>on_disconnect: drain</c> the row is the invoice's (M3).</summary>
    [Theory]
    [MemberData(nameof(Drained))]
    public async Task An_answer_that_is_drained_is_billed_as_the_upstream_bills_it(string when, Script script, int events, bool stream)
    {
        var name = Ask.NewCase("drain");
        using (var socket = await RawHttp.ConnectAsync(rig.Gateway.Port))
        {
            await socket.SendAsync(Encoding.Latin1.GetBytes(RawHttp.Post(Caller.Chat, SharedRig.AppKey, Ask.Chat("drained", script with { Case = name, PromptTokens = 70 }, stream))));
            await Eventually.TrueAsync(async () => (await rig.Upstream.RequestsAsync(name)).Count == 1, TimeSpan.FromSeconds(5), () => "the request to reach the upstream");
            if (events > 0)
                await ReadEventsAsync(socket, events);
            Leave(socket, Leaving.Reset);
        }

        var row = (await rig.Gateway.RowsOfAsync(name, 1)).Should().ContainSingle(when).Which;
        row.Should().BeEquivalentTo(new { Status = 499, UsageSource = "exact", CostNanoUsd = rig.Upstream.InvoiceOf(name).Single().NanoUsd }, when);
        rig.Upstream.InvoiceOf(name).Single().Kind.Should().NotBe(InvoiceKind.Aborted, when);
    }

    [Fact]
    public async Task An_upstream_that_fails_while_nobody_waits_is_not_followed_by_another()
    {
        var name = Ask.NewCase("drain-failed");
        using (var socket = await RawHttp.ConnectAsync(rig.Gateway.Port))
        {
            await socket.SendAsync(Encoding.Latin1.GetBytes(RawHttp.Post(Caller.Chat, SharedRig.AppKey, Ask.Chat("drained-chain", new Script { Case = name, HeadersMs = 400, Status = 500 }))));
            await Eventually.TrueAsync(async () => (await rig.Upstream.RequestsAsync(name)).Count == 1, TimeSpan.FromSeconds(5), () => "the request to reach the upstream");
            Leave(socket, Leaving.Close);
        }

        await rig.Gateway.RowsOfAsync(name, 1);
        (await rig.App.ChatAsync(Ask.Chat("fast", new Script { Case = name + "-after" }))).Text.Should().NotBeEmpty();
        (await rig.Upstream.RequestsAsync(name)).Should().ContainSingle();
    }

    [Fact]
    public async Task A_client_that_leaves_with_the_last_byte_is_an_ordinary_client()
    {
        var name = Ask.NewCase("leave-done");
        using (var response = await rig.App.OpenAsync(Ask.Chat("fast", new Script { Case = name }, stream: true)))
        await using (var body = await response.Content.ReadAsStreamAsync())
            (await SseReading.EventsAsync(body, 5))[^1].Data.Should().Be("[DONE]");

        var row = (await rig.Gateway.RowsOfAsync(name, 1)).Should().ContainSingle().Which;
        row.Should().BeEquivalentTo(new { Status = 200, UsageSource = "exact", CostNanoUsd = rig.Upstream.InvoiceOf(name).Single().NanoUsd });
    }

    [Fact]
    public async Task A_client_that_leaves_while_it_sends_leaves_no_row()
    {
        var name = Ask.NewCase("leave-sending");
        var whole = RawHttp.Post(Caller.Chat, SharedRig.AppKey, Ask.Chat("fast", new Script { Case = name }));
        using (var socket = await RawHttp.ConnectAsync(rig.Gateway.Port))
            await socket.SendAsync(Encoding.Latin1.GetBytes(whole[..^10]));

        (await rig.App.ChatAsync(Ask.Chat("fast", new Script { Case = name + "-after" }))).Text.Should().NotBeEmpty();
        await rig.Gateway.RowsOfAsync(name + "-after", 1);
        (await rig.Gateway.RowsOfAsync(name, 0)).Should().BeEmpty();
        (await rig.Upstream.RequestsAsync(name)).Should().BeEmpty();
    }

    private static void Leave(Socket socket, Leaving how)
    {
        switch (how)
        {
            case Leaving.HalfClose:
                socket.Shutdown(SocketShutdown.Send);
                break;
            case Leaving.Reset:
                socket.LingerState = new LingerOption(true, 0);
                socket.Close();
                break;
            default:
                socket.Close();
                break;
        }
    }

    private static async Task ReadEventsAsync(Socket socket, int events)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var seen = new StringBuilder();
        var buffer = new byte[4096];
        while (seen.ToString().Split("data: {").Length - 1 < events)
            seen.Append(Encoding.UTF8.GetString(buffer, 0, await socket.ReceiveAsync(buffer, limit.Token)));
    }
}
