using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;
using static Gateway.EndToEnd.Money.Replays;

namespace Gateway.EndToEnd.Money;

/// <summary>Requests with an Idempotency-Key that fail, are left, or are answered at length: what their retry gets (reliability R10, M18).</summary>
[Collection(OneGateway.Name)]
public sealed class IdempotencyEndTests(SharedRig rig)
{
    private const string Header = "Idempotency-Key";

    public static TheoryData<string, Script, bool, int> Failures => new()
    {
        { "an upstream's 500", new Script { Status = 500, FailFirst = 1 }, false, 502 },
        { "an upstream's 500 on a stream", new Script { Status = 500, FailFirst = 1 }, true, 502 },
        { "an upstream's 400", new Script { Status = 400, FailFirst = 1 }, false, 400 },
        { "an answer that is none", new Script { Body = "{", FailFirst = 1 }, false, 502 },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task What_failed_is_made_again(string why, Script script, bool stream, int status)
    {
        var name = Ask.NewCase("idem-failed");
        var body = Ask.Chat("fast", script with { Case = name }, stream);

        ((int)(await rig.App.ChatAsync(body, (Header, name))).Status).Should().Be(status, why);
        var again = await rig.App.ChatAsync(body, (Header, name));

        again.Status.Should().Be(HttpStatusCode.OK, again.Text);
        again.Header("x-gateway-idempotent-replay").Should().BeNull();
        (await rig.Upstream.RequestsAsync(name)).Should().HaveCount(2);
        (await rig.App.ChatAsync(body, (Header, name))).Header("x-gateway-idempotent-replay").Should().Be("true");
    }

    [Fact]
    public async Task A_stream_that_is_cut_is_made_again()
    {
        var name = Ask.NewCase("idem-cut");
        var body = Ask.Chat("fast", new Script { Case = name, Chunks = 6, Cut = Cut.Rst, After = 3 }, stream: true);

        for (var i = 1; i <= 2; i++)
        {
            var cut = await rig.App.StreamAsync(body, headers: (Header, name));
            cut.Done.Should().BeFalse();
            cut.Errors.Should().ContainSingle();
            (await rig.Upstream.RequestsAsync(name)).Should().HaveCount(i);
        }
    }

    public static TheoryData<string, Script, int, bool> Departures => new()
    {
        { "before the head of a reply", new Script { HeadersMs = 600 }, 0, false },
        { "before the first token", new Script { FirstMs = 600 }, 0, true },
        { "after the third token", new Script { Chunks = 9, DelayMs = 100 }, 3, true },
    };

    /// <summary>As a client does whose own timeout is too short: it asks again, and again while that is 409.</summary>
    [Theory]
    [MemberData(nameof(Departures))]
    public async Task A_client_that_leaves_and_asks_again_gets_the_answer_and_it_is_paid_once(string when, Script script, int events, bool stream)
    {
        var name = Ask.NewCase("idem-left");
        var body = Ask.Chat("fast", script with { Case = name, Text = "one two three four five six seven eight nine", PromptTokens = 70 }, stream);
        using (var socket = await RawHttp.ConnectAsync(rig.Gateway.Port))
        {
            await socket.SendAsync(Encoding.Latin1.GetBytes(RawHttp.Post(Caller.Chat, SharedRig.AppKey, body, $"{Header}: {name}\r\n")));
            await Eventually.TrueAsync(async () => (await rig.Upstream.RequestsAsync(name)).Count == 1, TimeSpan.FromSeconds(5), () => "the request to reach the upstream");
            await ReadEventsAsync(socket, events);
            socket.LingerState = new LingerOption(true, 0);
        }

        var answer = await Eventually.ValueAsync(
            () => rig.App.StreamAsync(body, headers: (Header, name)), static a => a.Status != HttpStatusCode.Conflict, TimeSpan.FromSeconds(5), "the answer that nobody waited for");

        answer.Status.Should().Be(HttpStatusCode.OK, when);
        answer.Headers["x-gateway-idempotent-replay"].Should().Be("true", when);
        var text = Encoding.UTF8.GetString(answer.Bytes);
        if (stream)
        {
            answer.Done.Should().BeTrue(when);
            answer.Content.Should().Be("one two three four five six seven eight nine", when);
        }
        else
        {
            text.Should().Contain("one two three four five six seven eight nine", when);
        }

        var line = rig.Upstream.InvoiceOf(name).Should().ContainSingle(when).Which;
        line.Kind.Should().NotBe(InvoiceKind.Aborted, when);
        (await OneRowAsync(rig, name)).Should().BeEquivalentTo(new { Status = 499, UsageSource = "exact", CostNanoUsd = line.NanoUsd }, when);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_too_long_to_be_kept_is_whole_the_first_time_and_never_paid_again(bool stream)
    {
        var name = Ask.NewCase("idem-long");
        var body = Ask.Chat("fast", new Script { Case = name, Chunks = 30, Pad = 50_000 }, stream);

        var first = await rig.App.StreamAsync(body, headers: (Header, name));
        var second = await rig.App.ChatAsync(body, (Header, name));

        first.Broken.Should().BeNull();
        first.Bytes.Length.Should().BeGreaterThan(1_500_000);
        if (stream)
        {
            first.Done.Should().BeTrue();
            first.Content.Length.Should().BeGreaterThanOrEqualTo(1_500_000);
        }

        ShouldRefuse(second, HttpStatusCode.Conflict, "idempotency_answer_not_kept");
        second.Header("x-should-retry").Should().Be("false");
        rig.Upstream.InvoiceOf(name).Should().ContainSingle();
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
