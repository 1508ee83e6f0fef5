using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Caching;

/// <summary>The exact cache: what is given again, to whom, and what is not (reliability S11).</summary>
public sealed class CacheTests : IAsyncLifetime
{
    private const string Control = "x-gateway-cache";

    private CachingGateway? _rig;

    private CachingGateway Rig => _rig!;

    public async Task InitializeAsync() => _rig = await CachingGateway.StartAsync();

    public async Task DisposeAsync()
    {
        if (_rig is not null)
            await _rig.DisposeAsync();
    }

    [Fact]
    public async Task An_answer_is_given_again_byte_by_byte_and_paid_once()
    {
        foreach (var (path, body, name) in Requests)
        {
            var first = await Rig.App.StreamAsync(body, path);
            var second = await Rig.App.StreamAsync(body, path);

            first.Status.Should().Be(HttpStatusCode.OK, name);
            (first.Headers[Control], second.Headers[Control]).Should().Be(("miss", "hit"), name);
            second.Bytes.Should().Equal(first.Bytes, name);
            second.Headers["content-type"].Should().Be(first.Headers["content-type"]);
            second.Headers["x-gateway-target"].Should().Be(first.Headers["x-gateway-target"]);
            second.Headers["x-gateway-original-request-id"].Should().Be(first.Headers["x-request-id"]).And.NotBe(second.Headers["x-request-id"]);
            (second.Headers["x-gateway-cost-usd"], second.Headers["x-gateway-attempts"]).Should().Be(("0", "0"));
            (await Rig.AskedAsync(name)).Should().Be(1, name);
            var bill = Rig.Upstream.InvoiceOf(name).Should().ContainSingle().Which;
            var rows = await Rig.Gateway.RowsOfAsync(name, 2);
            var hit = rows.Single(r => r.RequestId == second.Headers["x-request-id"]);
            (hit.CostNanoUsd, hit.SavedNanoUsd, hit.Status).Should().Be((0, bill.NanoUsd, 200));
            var made = rows.Single(r => r.RequestId == first.Headers["x-request-id"]);
            (made.CostNanoUsd, made.SavedNanoUsd).Should().Be((bill.NanoUsd, null));
            (hit.Input, hit.Output, hit.Provider, hit.TargetModel).Should().Be((made.Input, made.Output, made.Provider, made.TargetModel));
        }

        var metrics = await Rig.Gateway.MetricsAsync();
        metrics.Sum("gateway_cache_requests_total").Should().Be(2 * Requests.Length);
        metrics.Sum("gateway_cache_bytes").Should().BePositive();
        var usage = System.Text.Json.JsonDocument.Parse(await Rig.Gateway.AdminAsync("/admin/v1/usage")).RootElement.GetProperty("data")[0];
        usage.GetProperty("cache_hits").GetInt64().Should().Be(Requests.Length);
        var saved = usage.GetProperty("saved_nano_usd").GetInt64();
        saved.Should().Be(usage.GetProperty("cost_nano_usd").GetInt64(), "each was paid once and saved once").And.BePositive();
        metrics.Sum("gateway_cache_saved_usd_total").Should().BeApproximately(saved / 1e9, 1e-9);
        var (code, audit) = await Rig.Gateway.AuditAsync();
        code.Should().Be(0, audit);
        audit.Should().Contain($"{Requests.Length} out of the cache");
    }

    [Fact]
    public async Task Nobody_gets_the_answer_of_another_tenant()
    {
        var name = Ask.NewCase("tenant");
        await Rig.App.ChatAsync(Chat(name));
        var shared = Ask.NewCase("team");
        await Rig.App.ChatAsync(Chat(shared, "shared"));

        (await Rig.Other.ChatAsync(Chat(name))).Header(Control).Should().Be("miss", "another key");
        (await Rig.Alone.ChatAsync(Chat(name))).Header(Control).Should().Be("miss", "another key");
        (await Rig.Other.ChatAsync(Chat(shared, "shared"))).Header(Control).Should().Be("hit", "a key of the same team, and the model says so");
        (await Rig.Alone.ChatAsync(Chat(shared, "shared"))).Header(Control).Should().Be("miss", "of no team");
        (await Rig.AskedAsync(name)).Should().Be(3);
        (await Rig.AskedAsync(shared)).Should().Be(2);
    }

    [Fact]
    public async Task A_client_may_ask_anew_or_leave_nothing_behind()
    {
        var name = Ask.NewCase("control");
        (await Rig.App.ChatAsync(Chat(name), (Control, "no-store"))).Header(Control).Should().Be("off");
        var first = await Rig.App.ChatAsync(Chat(name));
        first.Header(Control).Should().Be("miss", "nothing was kept");
        (await Rig.App.ChatAsync(Chat(name), (Control, "no-store"))).Header(Control).Should().Be("off", "nothing is read either");
        var renewed = await Rig.App.ChatAsync(Chat(name), (Control, "no-cache"));
        renewed.Header(Control).Should().Be("miss");
        (await Rig.App.ChatAsync(Chat(name))).Header("x-gateway-original-request-id").Should().Be(renewed.Header("x-request-id"), "it took the former one's place");
        (await Rig.AskedAsync(name)).Should().Be(4);

        var wrong = await Rig.App.ChatAsync(Chat(name), (Control, "only-if-cached"));
        (wrong.Status, wrong.Error.GetProperty("param").GetString()).Should().Be((HttpStatusCode.BadRequest, Control));
        (await Rig.App.ChatAsync(Chat(Ask.NewCase("off"), "plain"))).Header(Control).Should().Be("off", "the model has no cache");
    }

    [Fact]
    public async Task What_failed_or_broke_or_was_left_is_not_kept()
    {
        (string What, Script Script, bool Stream)[] ends =
        [
            ("error", new() { Status = 500 }, false),
            ("refused", new() { Status = 400 }, false),
            ("cut", new() { Cut = Cut.Rst, Chunks = 8 }, true),
            ("unfinished", new() { Cut = Cut.Clean, Chunks = 8 }, true),
            ("half", new() { Cut = Cut.Fin }, false),
        ];
        foreach (var (what, script, stream) in ends)
        {
            var name = Ask.NewCase(what);
            var body = Ask.Chat("fast", script with { Case = name }, stream);
            for (var i = 1; i <= 2; i++)
            {
                var answer = await Rig.App.StreamAsync(body);
                answer.Headers[Control].Should().Be("miss", what);
                (await Rig.AskedAsync(name)).Should().Be(i, what);
            }
        }

        var left = Ask.NewCase("left");
        var slow = Ask.Chat("fast", new Script { Case = left, Chunks = 6, Hold = Stall.Middle, After = 3 }, stream: true);
        using (var leaving = await Rig.App.OpenAsync(slow))
            await leaving.Content.ReadAsStreamAsync();
        await Rig.Gateway.RowsOfAsync(left, 1);
        var whole = Ask.NewCase("left-whole");
        var again = Rig.App.StreamAsync(slow);
        await Eventually.ValueAsync(() => Rig.AskedAsync(left), static n => n == 2, TimeSpan.FromSeconds(10), "a second request");
        await Rig.Upstream.ReleaseAsync(left);
        (await again).Headers[Control].Should().Be("miss", whole);
    }

    [Fact]
    public async Task An_answer_that_is_too_long_or_a_fallbacks_is_not_kept()
    {
        foreach (var stream in new[] { false, true })
        {
            var name = Ask.NewCase("long");
            for (var i = 0; i < 2; i++) (await Rig.App.StreamAsync(Chat(name, "short", stream))).Headers[Control].Should().Be("miss");
            (await Rig.AskedAsync(name)).Should().Be(2);
        }

        var helped = Ask.NewCase("helped");
        var body = Ask.Chat("helped", new Script { Case = helped, Status = 500, FailFirst = 1 });
        var fallen = await Rig.App.ChatAsync(body);
        (fallen.Status, fallen.Header("x-gateway-attempts"), fallen.Header(Control)).Should().Be((HttpStatusCode.OK, "2", "miss"));
        (await Rig.App.ChatAsync(body)).Header(Control).Should().Be("miss", "the model may answer itself now");
        (await Rig.App.ChatAsync(body)).Header(Control).Should().Be("hit");
    }

    [Fact]
    public async Task The_way_a_request_is_written_does_not_matter_and_what_it_says_does()
    {
        var name = Ask.NewCase("written");
        var content = Ask.Quote(new Script { Case = name }.ToString());
        await Rig.App.ChatAsync($$"""{"model":"fast","messages":[{"role":"user","content":{{content}}}],"seed":1,"user":"{{name}}"}""");

        (await Rig.App.ChatAsync($$"""{ "user":"{{name}}", "seed":1, "messages":[{"content":{{content}}, "role":"user"}], "model":"fast" }""")).Header(Control).Should().Be("hit");
        (await Rig.App.ChatAsync($$"""{"model":"fast","messages":[{"role":"user","content":{{content}}}],"seed":2,"user":"{{name}}"}""")).Header(Control).Should().Be("miss");
        (await Rig.App.ChatAsync($$"""{"model":"quick","messages":[{"role":"user","content":{{content}}}],"seed":1,"user":"{{name}}"}""")).Header(Control).Should().Be("miss", "an answer names the model that was asked for");
    }

    [Fact]
    public async Task With_an_Idempotency_Key_both_hold()
    {
        var name = Ask.NewCase("both");
        await Rig.App.ChatAsync(Chat(name));

        var first = await Rig.App.ChatAsync(Chat(name), ("Idempotency-Key", name));
        var second = await Rig.App.ChatAsync(Chat(name), ("Idempotency-Key", name));

        first.Header(Control).Should().Be("hit");
        second.Header("x-gateway-idempotent-replay").Should().Be("true");
        second.Text.Should().Be(first.Text);
        var streamed = Ask.NewCase("both-stream");
        var made = await Rig.App.StreamAsync(Chat(streamed, stream: true), headers: ("Idempotency-Key", streamed));
        var again = await Rig.App.StreamAsync(Chat(streamed, stream: true), headers: ("Idempotency-Key", streamed));
        var hit = await Rig.App.StreamAsync(Chat(streamed, stream: true));
        (again.Headers["x-gateway-idempotent-replay"], hit.Headers[Control]).Should().Be(("true", "hit"));
        again.Bytes.Should().Equal(made.Bytes);
        hit.Bytes.Should().Equal(made.Bytes);
        (await Rig.AskedAsync(streamed)).Should().Be(1);
    }

    [Fact]
    public async Task A_purge_takes_what_it_names_and_is_in_the_audit()
    {
        var (name, tagged) = (Ask.NewCase("purged"), Ask.NewCase("tagged"));
        Task<Answer> Fast() => Rig.App.ChatAsync(Chat(name));
        Task<Answer> Tagged() => Rig.App.ChatAsync(Chat(tagged, "shared"), ("x-gateway-tags", "nightly,other"));
        await Fast();
        await Tagged();

        await PurgeAsync("?model=shared");
        (await Fast()).Header(Control).Should().Be("hit");
        (await Tagged()).Header(Control).Should().Be("miss");
        await PurgeAsync("?tag=nightly");
        (await Fast()).Header(Control).Should().Be("hit");
        (await Tagged()).Header(Control).Should().Be("miss");
        await PurgeAsync("?model=quick");
        (await Fast()).Header(Control).Should().Be("miss", "an alias is its model");
        (await Tagged()).Header(Control).Should().Be("hit");
        await PurgeAsync("");
        (await Fast()).Header(Control).Should().Be("miss");
        (await Tagged()).Header(Control).Should().Be("miss");

        (await Rig.AuditAsync()).EnumerateArray().Select(static e => $"{e.GetProperty("action").GetString()} {e.GetProperty("name").GetString()}")
            .Should().Equal("cache.purge all", "cache.purge model/fast", "cache.purge tag/nightly", "cache.purge model/shared");
        (await Rig.Admin.SendAsync(HttpMethod.Delete, "/admin/v1/cache?model=nonsuch", null)).Status.Should().Be(HttpStatusCode.BadRequest);
        (await Rig.Admin.SendAsync(HttpMethod.Delete, "/admin/v1/cache?model=fast&tag=x", null)).Status.Should().Be(HttpStatusCode.BadRequest);
        (await Rig.App.SendAsync(HttpMethod.Delete, "/admin/v1/cache", null)).Status.Should().Be(HttpStatusCode.Unauthorized);
    }

    private async Task PurgeAsync(string query) =>
        (await Rig.Admin.SendAsync(HttpMethod.Delete, "/admin/v1/cache" + query, null)).Status.Should().Be(HttpStatusCode.NoContent);

    private static string Chat(string name, string model = "fast", bool stream = false) => Ask.Chat(model, new Script { Case = name, Chunks = 30 }, stream);

    /// <summary>One of each kind: identity and translated, JSON and stream, with and without usage.</summary>
    private static readonly (string Path, string Body, string Name)[] Requests =
    [
        .. new[] { false, true }.SelectMany(static stream => new (string, Func<Script, string>)[]
        {
            (Caller.Chat, s => Ask.Chat("fast", s, stream)),
            (Caller.Chat, s => Ask.Chat("fast", s, stream, stream ? Ask.WithUsage : "\"temperature\":2")),
            (Caller.Chat, s => Ask.Chat("claude", s, stream)),
            ("/v1/completions", s => Ask.Completion("fast", s, stream)),
            ("/v1/messages", s => Ask.Message("fast", s.ToString(), s.Case, stream)),
            ("/v1/messages", s => Ask.Message("claude", s.ToString(), s.Case, stream)),
            ("/v1/responses", s => Ask.Response("own", s.ToString(), s.Case, stream, "\"store\":false")),
        }).Append(("/v1/embeddings", static s => Ask.Embedding("fast", s))).Select(static r =>
        {
            var name = Ask.NewCase("replay");
            return (r.Item1, r.Item2(new Script { Case = name, Chunks = 20 }), name);
        }),
    ];
}
