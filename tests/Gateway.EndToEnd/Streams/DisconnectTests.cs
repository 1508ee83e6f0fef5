using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Streams;

/// <summary>A client that leaves (reliability R4, M3): the upstream knows within a second, and there is exactly one row.</summary>
[Collection(OneGateway.Name)]
public sealed class DisconnectTests(SharedRig rig) : AuditedTests(rig)
{
    public enum Leaving { Close, Reset, HalfClose }

    /// <summary>The last thing the client has of the answer when it leaves.</summary>
    public enum Point { Nothing, Head, InAToken, AllTokens }

    public static TheoryData<StoreKind, Route, bool, Point, Leaving> Departures
    {
        get
        {
            var rows = new TheoryData<StoreKind, Route, bool, Point, Leaving>();
            foreach (var (store, route, stream) in Routes.All)
            {
                foreach (var how in Enum.GetValues<Leaving>())
                {
                    foreach (var point in stream ? Enum.GetValues<Point>() : [Point.Nothing])
                        rows.Add(store, route, stream, point, how);
                }
            }

            return rows;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Departures))]
    public async Task A_client_that_leaves_takes_its_upstream_request_with_it(StoreKind store, Route route, bool stream, Point point, Leaving how)
    {
        var on = await OnAsync(store);
        var script = point switch
        {
            Point.Nothing => new Script { Stall = Stall.Headers },
            Point.Head => new Script { Stall = Stall.First },
            Point.InAToken => new Script { Stall = Stall.Middle, After = 3, Chunks = 9, Usage = UsageShape.Every },
            _ => new Script { Stall = Stall.Middle, After = 4, Chunks = 4, Usage = UsageShape.Every },
        };
        var name = Ask.NewCase("leave");
        using var socket = await SendAsync(on, route, "fast", script with { Case = name, PromptTokens = 70 }, stream);
        var tokens = point switch { Point.InAToken => 3, Point.AllTokens => 4, _ => 0 };
        await ReceiveAsync(socket, point);

        Leave(socket, how);

        await Eventually.TrueAsync(
            async () => (await on.Upstream.StatsAsync()).Aborts.Contains(name), TimeSpan.FromSeconds(1), () => "the upstream to see the client leave");
        var row = (await on.Gateway.RowsOfAsync(name, 1)).Should().ContainSingle().Which;
        row.Status.Should().Be(499);
        row.UsageSource.Should().Be(tokens > 0 ? "partial" : "estimated");
        row.Output.Should().BeGreaterThanOrEqualTo(tokens, "what was relayed is charged");
        if (tokens > 0)
            row.CostNanoUsd.Should().Be(on.Upstream.InvoiceOf(name).Single().NanoUsd);
        else
            row.CostNanoUsd.Should().BePositive("it may be billed");
    }

    public static TheoryData<StoreKind, Route, bool, Point> Drained
    {
        get
        {
            var rows = new TheoryData<StoreKind, Route, bool, Point>();
            foreach (var (store, route, stream) in Routes.All)
            {
                foreach (var point in stream ? Enum.GetValues<Point>() : [Point.Nothing])
                    rows.Add(store, route, stream, point);
            }

            return rows;
        }
    }

    /// <summary>With <c>on_disconnect: drain</c> the row is the invoice's (M3).</summary>
    [SkippableTheory]
    [MemberData(nameof(Drained))]
    public async Task An_answer_that_is_drained_is_billed_as_the_upstream_bills_it(StoreKind store, Route route, bool stream, Point point)
    {
        var on = await OnAsync(store);
        var script = point switch
        {
            Point.Nothing => new Script { Hold = Stall.Headers, HeadersMs = 200 },
            Point.Head => new Script { Hold = Stall.First, FirstMs = 200 },
            Point.InAToken => new Script { Hold = Stall.Middle, After = 3, Chunks = 9, DelayMs = 60 },
            _ => new Script { Hold = Stall.Middle, After = 4, Chunks = 4, EndMs = 200 },
        };
        var name = Ask.NewCase("drain");
        using (var socket = await SendAsync(on, route, "drained", script with { Case = name, PromptTokens = 70 }, stream))
        {
            await ReceiveAsync(socket, point);
            Leave(socket, Leaving.Reset);
        }
        // A request that came after the reset was answered: the gateway has heard of it.
        (await on.Gateway.Caller(SharedRig.SpenderKey).ChatAsync(Ask.Chat("fast", new Script { Case = name + "-after" }))).Status.Should().Be(HttpStatusCode.OK);
        await on.Upstream.ReleaseAsync(name);

        var row = (await on.Gateway.RowsOfAsync(name, 1)).Should().ContainSingle().Which;
        row.Should().BeEquivalentTo(new { Status = 499, UsageSource = "exact", CostNanoUsd = on.Upstream.InvoiceOf(name).Single().NanoUsd });
        on.Upstream.InvoiceOf(name).Single().Kind.Should().NotBe(InvoiceKind.Aborted);
    }

    public static TheoryData<StoreKind, Route, bool, string> Endings
    {
        get
        {
            var rows = new TheoryData<StoreKind, Route, bool, string>();
            foreach (var (store, route, stream) in Routes.All)
            {
                foreach (var model in new[] { "fast", "drained" })
                    rows.Add(store, route, stream, model);
            }

            return rows;
        }
    }

    /// <summary>Behind the last event of a stream, or within a reply that the gateway has in one piece.</summary>
    [SkippableTheory]
    [MemberData(nameof(Endings))]
    public async Task A_client_that_leaves_when_all_was_said_pays_the_invoice(StoreKind store, Route route, bool stream, string model)
    {
        var on = await OnAsync(store);
        var name = Ask.NewCase("leave-done");
        using (var socket = await SendAsync(on, route, model, new Script { Case = name }, stream))
        {
            await ReceiveAsync(socket, !stream ? "{\"" : route switch { Route.Messages => "message_stop", Route.Responses => "response.completed", _ => "[DONE]" });
            Leave(socket, Leaving.Reset);
        }

        var row = (await on.Gateway.RowsOfAsync(name, 1)).Should().ContainSingle().Which;
        row.Should().BeEquivalentTo(new { Status = 200, UsageSource = "exact", CostNanoUsd = on.Upstream.InvoiceOf(name).Single().NanoUsd });
    }

    [SkippableTheory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task An_upstream_that_fails_while_nobody_waits_is_not_followed_by_another(StoreKind store)
    {
        var on = await OnAsync(store);
        var name = Ask.NewCase("drain-failed");
        using (var socket = await RawHttp.ConnectAsync(on.Gateway.Port))
        {
            await socket.SendAsync(Encoding.Latin1.GetBytes(RawHttp.Post(Caller.Chat, SharedRig.SpenderKey, Ask.Chat("drained-chain", new Script { Case = name, HeadersMs = 400, Status = 500 }))));
            await Eventually.TrueAsync(async () => (await on.Upstream.RequestsAsync(name)).Count == 1, TimeSpan.FromSeconds(5), () => "the request to reach the upstream");
            Leave(socket, Leaving.Close);
        }

        await on.Gateway.RowsOfAsync(name, 1);
        (await on.Gateway.Caller(SharedRig.SpenderKey).ChatAsync(Ask.Chat("fast", new Script { Case = name + "-after" }))).Text.Should().NotBeEmpty();
        (await on.Upstream.RequestsAsync(name)).Should().ContainSingle();
    }

    [SkippableTheory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task A_client_that_leaves_while_it_sends_leaves_no_row(StoreKind store)
    {
        var on = await OnAsync(store);
        var name = Ask.NewCase("leave-sending");
        var whole = RawHttp.Post(Caller.Chat, SharedRig.SpenderKey, Ask.Chat("fast", new Script { Case = name }));
        using (var socket = await RawHttp.ConnectAsync(on.Gateway.Port))
            await socket.SendAsync(Encoding.Latin1.GetBytes(whole[..^10]));

        (await on.Gateway.Caller(SharedRig.SpenderKey).ChatAsync(Ask.Chat("fast", new Script { Case = name + "-after" }))).Text.Should().NotBeEmpty();
        await on.Gateway.RowsOfAsync(name + "-after", 1);
        (await on.Gateway.RowsOfAsync(name, 0)).Should().BeEmpty();
        (await on.Upstream.RequestsAsync(name)).Should().BeEmpty();
    }

    /// <summary>A raw connection whose request the upstream has.</summary>
    private static async Task<Socket> SendAsync(SharedRig on, Route route, string model, Script script, bool stream)
    {
        var socket = await RawHttp.ConnectAsync(on.Gateway.Port);
        await socket.SendAsync(Encoding.Latin1.GetBytes(RawHttp.Post(route.Path(), SharedRig.SpenderKey, route.Ask(model, script, stream))));
        await Eventually.TrueAsync(async () => (await on.Upstream.RequestsAsync(script.Case!)).Count == 1, Soon, () => "the request to reach the upstream");
        return socket;
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

    private static Task ReceiveAsync(Socket socket, Point point) => point switch
    {
        // The rest of this token stays in the socket.
        Point.InAToken => ReceiveAsync(socket, "tok2"),
        Point.AllTokens => ReceiveAsync(socket, "tok3"),
        _ => Task.CompletedTask,
    };

    /// <summary>Takes what comes, byte by byte, until it ends in these characters.</summary>
    private static async Task ReceiveAsync(Socket socket, string last)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var seen = new StringBuilder();
        var one = new byte[1];
        while (!seen.ToString().EndsWith(last, StringComparison.Ordinal))
        {
            (await socket.ReceiveAsync(one, limit.Token)).Should().Be(1, $"there is more after '{seen}'");
            seen.Append((char)one[0]);
        }
    }
}
