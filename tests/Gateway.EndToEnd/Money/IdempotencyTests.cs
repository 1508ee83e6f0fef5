using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Money;

/// <summary>Requests with an Idempotency-Key are made and paid once (reliability R10, M18).</summary>
[Collection(OneGateway.Name)]
public sealed class IdempotencyTests(SharedRig rig)
{
    private const string Header = "Idempotency-Key";

    public static TheoryData<string, string, string> JsonEndpoints => new()
    {
        { Caller.Chat, "fast", "chat" },
        { "/v1/completions", "fast", "completion" },
        { "/v1/embeddings", "embed", "embedding" },
    };

    [Theory]
    [MemberData(nameof(JsonEndpoints))]
    public async Task A_JSON_answer_is_given_again_and_paid_once(string path, string model, string name)
    {
        name = Ask.NewCase(name);
        var script = new Script { Case = name, PromptTokens = 70 };
        var body = path switch { Caller.Chat => Ask.Chat(model, script), "/v1/completions" => Ask.Completion(model, script), _ => Ask.Embedding(model, script) };

        var first = await rig.App.PostAsync(path, body, (Header, name));
        var second = await rig.App.PostAsync(path, body, (Header, name));

        first.Status.Should().Be(HttpStatusCode.OK, first.Text);
        first.Header("x-gateway-idempotent-replay").Should().BeNull();
        ShouldReplay(second, first);
        second.Header("content-type").Should().Be(first.Header("content-type"));
        second.Header("x-gateway-attempts").Should().Be("0");
        second.Header("x-gateway-cost-usd").Should().Be("0");
        rig.Upstream.InvoiceOf(name).Should().ContainSingle();
        (await rig.Upstream.RequestAsync(name)).Header(Header).Should().BeNull("it is between the application and the gateway");
        await OneRowAsync(name);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Ask.WithUsage)]
    public async Task A_stream_is_given_again_byte_by_byte_and_paid_once(string? extra)
    {
        var name = Ask.NewCase("idem-stream");
        var body = Ask.Chat("fast", new Script { Case = name, Chunks = 40 }, stream: true, extra);

        var first = await rig.App.StreamAsync(body, headers: (Header, name));
        var second = await rig.App.StreamAsync(body, headers: (Header, name));

        first.Done.Should().BeTrue();
        first.Chunks.Count.Should().BeGreaterThan(40);
        second.Bytes.Should().Equal(first.Bytes);
        second.Broken.Should().BeNull();
        second.Headers["content-type"].Should().Be(first.Headers["content-type"]);
        second.Headers["x-gateway-idempotent-replay"].Should().Be("true");
        second.Headers["x-gateway-original-request-id"].Should().Be(first.Headers["x-request-id"]);
        rig.Upstream.InvoiceOf(name).Should().ContainSingle();
        await OneRowAsync(name);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_that_was_translated_is_given_again_too(bool stream)
    {
        var key = Ask.NewCase("idem-demo");
        var body = Ask.Chat("demo", "Say hello.", key, stream, stream ? Ask.WithUsage : null);

        var first = await rig.App.StreamAsync(body, headers: (Header, key));
        var second = await rig.App.StreamAsync(body, headers: (Header, key));

        first.Status.Should().Be(HttpStatusCode.OK);
        second.Bytes.Should().Equal(first.Bytes);
        second.Headers["x-gateway-idempotent-replay"].Should().Be("true");
        await OneRowAsync(key);
    }

    [Fact]
    public async Task Of_twenty_duplicates_at_once_one_is_made()
    {
        var name = Ask.NewCase("idem-race");
        var body = Ask.Chat("fast", new Script { Case = name, HeadersMs = 1000 });

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => rig.App.ChatAsync(body, (Header, name))));

        var made = answers.Where(static a => a.Status == HttpStatusCode.OK && a.Header("x-gateway-idempotent-replay") is null).Should().ContainSingle().Which;
        var refused = answers.Where(static a => a.Status != HttpStatusCode.OK).ToArray();
        refused.Should().NotBeEmpty("the first took a second");
        foreach (var answer in refused)
        {
            ShouldRefuse(answer, HttpStatusCode.Conflict, "idempotency_in_progress");
            answer.Header("retry-after").Should().Be("1");
        }

        rig.Upstream.InvoiceOf(name).Should().ContainSingle();
        ShouldReplay(await rig.App.ChatAsync(body, (Header, name)), made);
        await OneRowAsync(name);
    }

    [Fact]
    public async Task Another_request_under_the_same_key_is_422()
    {
        var name = Ask.NewCase("idem-reused");
        var body = Ask.Chat("fast", new Script { Case = name }, extra: "\"prompt\":\"as good for the other endpoint\"");
        await rig.App.ChatAsync(body, (Header, name));

        ShouldRefuse(await rig.App.ChatAsync(body + " ", (Header, name)), HttpStatusCode.UnprocessableEntity, "idempotency_key_reused");
        var elsewhere = await rig.App.PostAsync("/v1/completions", body, (Header, name));

        ShouldRefuse(elsewhere, HttpStatusCode.UnprocessableEntity, "idempotency_key_reused");
        rig.Upstream.InvoiceOf(name).Should().ContainSingle();
    }

    [Fact]
    public async Task Another_virtual_key_has_records_of_its_own()
    {
        var name = Ask.NewCase("idem-scope");
        var body = Ask.Chat("fast", new Script { Case = name });

        var app = await rig.App.ChatAsync(body, (Header, name));
        var narrow = await rig.Narrow.ChatAsync(body, (Header, name));

        narrow.Header("x-gateway-idempotent-replay").Should().BeNull();
        rig.Upstream.InvoiceOf(name).Should().HaveCount(2);
        ShouldReplay(await rig.App.ChatAsync(body, (Header, name)), app);
        ShouldReplay(await rig.Narrow.ChatAsync(body, (Header, name)), narrow);
    }

    [Fact]
    public async Task A_key_that_may_not_ask_gets_no_answer_of_another_time()
    {
        var name = Ask.NewCase("idem-denied");
        var body = Ask.Chat("secret", new Script { Case = name });
        await rig.App.ChatAsync(body, (Header, name));

        (await rig.Narrow.ChatAsync(body, (Header, name))).Status.Should().Be(HttpStatusCode.Forbidden);
        (await rig.Gateway.Caller(SharedRig.ExpiredKey).ChatAsync(body, (Header, name))).Status.Should().Be(HttpStatusCode.Unauthorized);
        (await rig.Gateway.Caller("sk-nobody").ChatAsync(body, (Header, name))).Status.Should().Be(HttpStatusCode.Unauthorized);
    }

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
        (await OneRowAsync(name)).Should().BeEquivalentTo(new { Status = 499, UsageSource = "exact", CostNanoUsd = line.NanoUsd }, when);
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

    public static TheoryData<string, string> WrongHeaders => new()
    {
        { "empty", $"{Header}:\r\n" },
        { "blank", $"{Header}:   \r\n" },
        { "too long", $"{Header}: {new string('k', 256)}\r\n" },
        { "not ASCII", $"{Header}: caf\u00c3\u00a9\r\n" },
        { "a tab", $"{Header}: a\tb\r\n" },
        { "twice", $"{Header}: a\r\n{Header}: a\r\n" },
    };

    [Theory]
    [MemberData(nameof(WrongHeaders))]
    public async Task A_header_that_is_no_key_is_a_400_that_names_it(string why, string header)
    {
        var reply = await RawHttp.SendAsync(rig.Gateway.Port, RawHttp.Post(Caller.Chat, SharedRig.AppKey, Ask.Chat("fast", new Script()), header), TimeSpan.FromMilliseconds(500));

        reply.Statuses.Should().Equal([400], why);
        reply.Text.Should().Contain("\"param\":\"Idempotency-Key\"", why).And.Contain("\"invalid_request_error\"", why);
    }

    [Fact]
    public async Task The_longest_key_is_a_key()
    {
        var key = new string('~', 223) + Guid.NewGuid().ToString("N");
        var body = Ask.Chat("fast", new Script { Case = key[223..] });
        var first = await rig.App.ChatAsync(body, (Header, key));

        ShouldReplay(await rig.App.ChatAsync(body, (Header, key)), first);
    }

    [Fact]
    public async Task Each_result_is_counted()
    {
        var name = Ask.NewCase("idem-metric");
        var body = Ask.Chat("fast", new Script { Case = name, Status = 500, FailFirst = 1 });
        var before = await rig.Gateway.MetricsAsync();

        for (var i = 0; i < 3; i++)
            await rig.App.ChatAsync(body, (Header, name));
        await rig.App.ChatAsync(body + " ", (Header, name));

        var after = await rig.Gateway.MetricsAsync();
        foreach (var (result, count) in new[] { ("claimed", 2), ("released", 1), ("replayed", 1), ("reused", 1) })
            (after.Sum("gateway_idempotency_total", ("result", result)) - before.Sum("gateway_idempotency_total", ("result", result))).Should().Be(count, result);
    }

    private static void ShouldReplay(Answer replay, Answer first)
    {
        replay.Status.Should().Be(first.Status, replay.Text);
        replay.Text.Should().Be(first.Text);
        replay.Header("x-gateway-idempotent-replay").Should().Be("true");
        replay.Header("x-gateway-original-request-id").Should().Be(first.Header("x-request-id"));
        replay.Header("x-request-id").Should().NotBe(first.Header("x-request-id"));
    }

    private static void ShouldRefuse(Answer answer, HttpStatusCode status, string code)
    {
        answer.Status.Should().Be(status, answer.Text);
        answer.Error.GetProperty("type").GetString().Should().Be("invalid_request_error");
        answer.Error.GetProperty("code").GetString().Should().Be(code);
    }

    /// <summary>The row of another case, asked for after it, is there: nothing more is to come.</summary>
    private async Task<LedgerEntry> OneRowAsync(string name)
    {
        await rig.App.ChatAsync(Ask.Chat("fast", new Script { Case = name + "-after" }));
        await rig.Gateway.RowsOfAsync(name + "-after", 1);
        return (await rig.Gateway.RowsOfAsync(name, 1)).Should().ContainSingle().Which;
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
