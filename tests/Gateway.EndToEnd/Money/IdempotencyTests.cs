using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;
using static Gateway.EndToEnd.Money.Replays;

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
        await OneRowAsync(rig, name);
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
        await OneRowAsync(rig, name);
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
        await OneRowAsync(rig, key);
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
        await OneRowAsync(rig, name);
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
        var reply = await RawHttp.SendAsync(rig.Gateway.Port, RawHttp.Post(Caller.Chat, SharedRig.AppKey, Ask.Chat("fast", new Script()), header));

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
}
