using System.Diagnostics;
using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Caching;

/// <summary>Requests that are the same and under way at the same time: one is made, and the others wait for it.</summary>
public sealed class CacheFlightTests : IAsyncLifetime
{
    private const int Many = 20;

    private const string Comment = ": keep-alive\n\n";

    private CachingGateway? _rig;

    private CachingGateway Rig => _rig!;

    public async Task InitializeAsync() => _rig = await CachingGateway.StartAsync();

    public async Task DisposeAsync()
    {
        if (_rig is not null)
            await _rig.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_twenty_at_once_one_is_made_and_all_get_its_answer(bool stream)
    {
        var name = Ask.NewCase("flight");
        var body = Ask.Chat("fast", new Script { Case = name, Chunks = 10, Hold = Stall.Headers }, stream);

        var asked = Enumerable.Range(0, Many).Select(_ => Rig.App.StreamAsync(body)).ToArray();
        await Rig.UnderWayAsync(Many);
        await Rig.Upstream.ReleaseAsync(name);
        var answers = await Task.WhenAll(asked);

        answers.Should().OnlyContain(static a => a.Status == HttpStatusCode.OK && a.Broken == null);
        answers.Select(static a => Convert.ToBase64String(a.Bytes)).Distinct().Should().ContainSingle();
        answers.Count(static a => a.Headers["x-gateway-cache"] == "miss").Should().Be(1);
        Rig.Upstream.InvoiceOf(name).Should().ContainSingle();
        (await Rig.Gateway.RowsOfAsync(name, Many)).Count(static r => r.SavedNanoUsd is null).Should().Be(1);
        (await Rig.Gateway.MetricsAsync()).Sum("gateway_cache_requests_total", ("result", "joined")).Should().Be(Many - 1);
    }

    [Fact]
    public async Task Who_waits_for_a_stream_gets_comment_lines_and_then_the_same_bytes()
    {
        await using var kept = await CachingGateway.StartAsync(", keepalive: 100ms");
        var name = Ask.NewCase("kept");
        var body = Ask.Chat("fast", new Script { Case = name, Chunks = 10, Hold = Stall.Headers }, stream: true);
        var first = kept.App.StreamAsync(body);
        await Eventually.ValueAsync(() => kept.AskedAsync(name), static n => n == 1, TimeSpan.FromSeconds(10), "the first request");

        using var second = await kept.App.OpenAsync(body).WaitAsync(TimeSpan.FromSeconds(10));   // its head comes with the first of them
        await kept.Upstream.ReleaseAsync(name);
        var waited = await second.Content.ReadAsStringAsync();
        var made = (await first).Text;
        var found = await kept.App.StreamAsync(body);

        waited.Should().StartWith(Comment);
        waited.Replace(Comment, "", StringComparison.Ordinal).Should().Be(made.Replace(Comment, "", StringComparison.Ordinal));
        found.Text.Should().Be(made.Replace(Comment, "", StringComparison.Ordinal));
        found.Headers["x-gateway-cache"].Should().Be("hit");
        second.Headers.GetValues("x-gateway-cache").Should().Equal("miss");
        second.Content.Headers.ContentType!.MediaType.Should().Be("text/event-stream");
        (await kept.AskedAsync(name)).Should().Be(1);
        (await kept.Gateway.RowsOfAsync(name, 3)).Count(static r => r.SavedNanoUsd is not null).Should().Be(2);
    }

    [Fact]
    public async Task Who_got_comment_lines_and_has_to_be_made_all_the_same_gets_a_whole_stream()
    {
        await using var kept = await CachingGateway.StartAsync(", keepalive: 100ms");
        var name = Ask.NewCase("kept-failed");
        var body = Ask.Chat("fast", new Script { Case = name, Status = 500, FailFirst = 1, Hold = Stall.Headers }, stream: true);
        var first = kept.App.StreamAsync(body);
        await Eventually.ValueAsync(() => kept.AskedAsync(name), static n => n == 1, TimeSpan.FromSeconds(10), "the first request");
        var second = kept.App.StreamAsync(body);
        await kept.UnderWayAsync(2);
        using var third = await kept.App.OpenAsync(body).WaitAsync(TimeSpan.FromSeconds(10));

        await kept.Upstream.ReleaseAsync(name);
        await Eventually.ValueAsync(() => kept.AskedAsync(name), static n => n == 2, TimeSpan.FromSeconds(10), "the next one");
        await kept.Upstream.ReleaseAsync(name);

        (await first).Done.Should().BeFalse();
        (await second).Should().Match<StreamedAnswer>(static a => a.Done && a.Errors.Count == 0);
        (await third.Content.ReadAsStringAsync()).Replace(Comment, "", StringComparison.Ordinal).Should().Be((await second).Text.Replace(Comment, "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("3s")]   // its own time, which is over before the answer comes, is nobody else's
    public async Task When_the_first_one_leaves_the_others_get_the_answer_all_the_same(string? timeout)
    {
        var name = Ask.NewCase("leader-left");
        (string, string)[] headers = timeout is null ? [] : [("x-gateway-timeout", timeout)];
        var body = Ask.Chat("fast", new Script { Case = name, Chunks = 10, Hold = Stall.Headers }, stream: true);
        using var leaving = new CancellationTokenSource();
        var since = Stopwatch.StartNew();
        var first = Rig.App.OpenAsync(body, headers: headers, cancellationToken: leaving.Token);
        await Eventually.ValueAsync(() => Rig.AskedAsync(name), static n => n == 1, TimeSpan.FromSeconds(10), "the first request");
        var others = Enumerable.Range(0, 5).Select(_ => Rig.App.StreamAsync(body)).ToArray();
        await Rig.UnderWayAsync(6);

        await leaving.CancelAsync();
        await first.Invoking(static f => f).Should().ThrowAsync<OperationCanceledException>();
        if (timeout is not null) await Eventually.TrueAsync(() => since.Elapsed > TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(10), static () => "its time to be over");
        await Rig.Upstream.ReleaseAsync(name);
        var answers = await Task.WhenAll(others);

        answers.Should().OnlyContain(static a => a.Done && a.Headers["x-gateway-cache"] == "hit");
        (await Rig.AskedAsync(name)).Should().Be(1, "what others wait for is read to its end");
        (await Rig.Gateway.RowsOfAsync(name, 6)).Count(static r => r.Status == 499).Should().Be(1);
    }

    [Fact]
    public async Task Those_whose_time_is_over_while_they_wait_are_not_made_themselves()
    {
        var name = Ask.NewCase("late-waiters");
        var body = Ask.Chat("fast", new Script { Case = name, Hold = Stall.Headers });
        var first = Rig.App.ChatAsync(body);
        await Eventually.ValueAsync(() => Rig.AskedAsync(name), static n => n == 1, TimeSpan.FromSeconds(10), "the first request");

        var late = await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => Rig.App.ChatAsync(body, ("x-gateway-timeout", "500ms"))));
        var asked = await Rig.AskedAsync(name);
        await Rig.Upstream.ReleaseAsync(name);

        late.Should().OnlyContain(static a => a.Status == HttpStatusCode.GatewayTimeout && a.Error.GetProperty("message").GetString()!.Contains("x-gateway-timeout"));
        asked.Should().Be(1);
        (await first).Status.Should().Be(HttpStatusCode.OK);
        (await Rig.Gateway.RowsOfAsync(name, 1)).Should().ContainSingle();
    }

    [Fact]
    public async Task Who_comes_after_a_purge_of_a_tag_does_not_get_what_was_begun_before()
    {
        var name = Ask.NewCase("purged-flight");
        var body = Ask.Chat("fast", new Script { Case = name, Hold = Stall.Headers });
        var before = Rig.App.ChatAsync(body, ("x-gateway-tags", "nightly"));
        await Eventually.ValueAsync(() => Rig.AskedAsync(name), static n => n == 1, TimeSpan.FromSeconds(10), "the first request");
        (await Rig.Admin.SendAsync(HttpMethod.Delete, "/admin/v1/cache?tag=nightly", null)).Status.Should().Be(HttpStatusCode.NoContent);
        var after = Rig.App.ChatAsync(body, ("x-gateway-tags", "nightly"));
        await Rig.UnderWayAsync(2);

        await Rig.Upstream.ReleaseAsync(name);
        await before;
        await Eventually.ValueAsync(() => Rig.AskedAsync(name), static n => n == 2, TimeSpan.FromSeconds(10), "a request of its own");
        await Rig.Upstream.ReleaseAsync(name);

        (await after).Header("x-gateway-cache").Should().Be("miss");
    }

    [Fact]
    public async Task When_one_of_those_who_wait_leaves_nobody_else_notices()
    {
        var name = Ask.NewCase("waiter-left");
        var body = Ask.Chat("fast", new Script { Case = name, Hold = Stall.Headers });
        using var leaving = new CancellationTokenSource();
        var asked = Enumerable.Range(0, 3).Select(_ => Rig.App.StreamAsync(body)).ToList();
        await Rig.UnderWayAsync(3);
        var left = Rig.App.OpenAsync(body, cancellationToken: leaving.Token);
        await Rig.UnderWayAsync(4);

        await leaving.CancelAsync();
        await left.Invoking(static f => f).Should().ThrowAsync<OperationCanceledException>();
        await Eventually.ValueAsync(async () => (await Rig.Gateway.MetricsAsync()).Sum("gateway_requests_in_flight"), static n => n == 3, TimeSpan.FromSeconds(10), "one less");
        await Rig.Upstream.ReleaseAsync(name);

        (await Task.WhenAll(asked)).Should().OnlyContain(static a => a.Status == HttpStatusCode.OK);
        Rig.Upstream.InvoiceOf(name).Should().ContainSingle();
    }

    [Fact]
    public async Task When_the_first_one_fails_its_error_is_its_own_and_another_one_is_made()
    {
        var name = Ask.NewCase("leader-failed");
        var body = Ask.Chat("fast", new Script { Case = name, Status = 500, FailFirst = 1, Hold = Stall.Headers });
        var asked = Enumerable.Range(0, Many).Select(_ => Rig.App.StreamAsync(body)).ToArray();
        await Rig.UnderWayAsync(Many);

        await Rig.Upstream.ReleaseAsync(name);
        await Eventually.ValueAsync(() => Rig.AskedAsync(name), static n => n == 2, TimeSpan.FromSeconds(10), "the next one");
        await Rig.Upstream.ReleaseAsync(name);
        var answers = await Task.WhenAll(asked);

        answers.Count(static a => a.Status == HttpStatusCode.BadGateway).Should().Be(1);
        answers.Count(static a => a.Status == HttpStatusCode.OK).Should().Be(Many - 1);
        (await Rig.AskedAsync(name)).Should().Be(2);
    }
}
