using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Streams;

/// <summary>An upstream that breaks off in the middle (reliability R1): one error event, no invented end, one row, no second try.</summary>
[Collection(OneGateway.Name)]
public sealed class BrokenStreamTests(SharedRig rig)
{
    /// <summary>In every dialect of clients. (Where the provider speaks it too: DialectIdentityTests. Bodies that end with the connection: RawUpstreamTests.)</summary>
    public static TheoryData<Route, string, Script> Breaks
    {
        get
        {
            var rows = new TheoryData<Route, string, Script>();
            foreach (var route in new[] { Route.Chat, Route.Completions, Route.Messages, Route.Responses })
            {
                rows.Add(route, "a close", new Script { Cut = Cut.Fin });
                rows.Add(route, "a reset", new Script { Cut = Cut.Rst });
                rows.Add(route, "a clean end without a terminal marker", new Script { Cut = Cut.Clean });
                rows.Add(route, "an error event", new Script { ErrorEvent = true });
                rows.Add(route, "silence", new Script { Stall = Stall.Middle });
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Breaks))]
    public async Task A_broken_stream_ends_in_one_error_event_and_is_cut_where_something_is_missing(Route route, string why, Script how)
    {
        var name = Ask.NewCase("broken");

        var stream = await rig.App.StreamAsync(route.Ask("fast", how with { Case = name, Chunks = 6, After = 3, Usage = UsageShape.Every, PromptTokens = 50 }, stream: true), route.Path());

        stream.Status.Should().Be(HttpStatusCode.OK, why);
        stream.Content.Trim().Should().Be("tok0 tok1 tok2", why);
        var error = stream.Errors.Should().ContainSingle(why).Which;
        if (route is Route.Chat or Route.Completions)
            error.GetProperty("type").GetString().Should().Be("upstream_error");
        stream.FinishReasons.Should().BeEmpty(why);
        stream.Done.Should().BeFalse(why);
        if (how.ErrorEvent)
            stream.Broken.Should().BeNull("the upstream said all it had to say, and so does the gateway");
        else
            stream.Broken.Should().NotBeNull($"{why}: the connection must not end as if all were well");
        var row = (await rig.Gateway.RowsOfAsync(name, 1)).Should().ContainSingle(why).Which;
        row.UsageSource.Should().Be("partial", why);
        // What the upstream said before it broke: 50 tokens in, 3 out.
        row.CostNanoUsd.Should().Be(PriceList.NanoUsd("up-fast", 50, 0, 3), why);
        row.Status.Should().BeOneOf([502, 504], why);
        (await rig.Upstream.RequestsAsync(name)).Should().ContainSingle(why);
    }

    [Fact]
    public async Task What_was_relayed_without_any_usage_is_estimated_and_never_free()
    {
        var name = Ask.NewCase("estimated");

        await rig.App.StreamAsync(Ask.Chat("fast", new Script { Case = name, Cut = Cut.Fin, Chunks = 20, After = 10 }, stream: true));

        var row = (await rig.Gateway.RowsOfAsync(name, 1)).Should().ContainSingle().Which;
        row.UsageSource.Should().Be("estimated");
        row.Output.Should().BeGreaterThanOrEqualTo(10);
        row.Input.Should().BePositive();
        row.CostNanoUsd.Should().BePositive();
    }

    [Theory]
    [InlineData("fast", true)]            // only like OpenAI: some such servers leave it out
    [InlineData("own-responses", false)]  // OpenAI's own never do
    public async Task A_stream_that_is_whole_by_its_reason_to_finish_gets_its_marker_where_servers_leave_it_out(string model, bool done)
    {
        var stream = await rig.App.StreamAsync(Ask.Chat(model, new Script { Cut = Cut.Undone }, stream: true));

        stream.Done.Should().Be(done);
        stream.Errors.Should().BeEmpty();
        stream.FinishReasons.Should().Equal("stop");
    }

    [Theory]
    [InlineData(SseStyle.Plain)]
    [InlineData(SseStyle.Crlf)]
    [InlineData(SseStyle.Comments)]
    [InlineData(SseStyle.Fields)]
    [InlineData(SseStyle.Multiline)]
    [InlineData(SseStyle.Tight)]
    public async Task However_an_upstream_writes_its_lines_the_client_sees_plain_events(SseStyle style)
    {
        var name = Ask.NewCase($"style-{style}");

        var stream = await rig.App.StreamAsync(Ask.Chat("fast", new Script { Case = name, Sse = style, Chunks = 7 }, stream: true, Ask.WithUsage));

        stream.Content.Should().Be("tok0 tok1 tok2 tok3 tok4 tok5 tok6 ");
        stream.Done.Should().BeTrue();
        stream.Usages.Should().ContainSingle();
        stream.Events.Should().OnlyContain(static e => e.Event == null && e.Id == null, "an upstream's event and id lines are not passed on");
        System.Text.Encoding.UTF8.GetString(stream.Bytes).Should().NotContain("retry:").And.NotContain("\r");
        (await rig.Gateway.RowsOfAsync(name, 1)).Single().CostNanoUsd.Should().Be(rig.Upstream.InvoiceOf(name).Single().NanoUsd);
    }

    [Fact]
    public async Task A_stream_in_single_bytes_is_the_same_stream()
    {
        var name = Ask.NewCase("trickle");

        var stream = await rig.App.StreamAsync(Ask.Chat("fast", new Script { Case = name, Chunks = 1, TrickleMs = 1, Text = "é 😀 \u2028" }, stream: true));

        stream.Content.Should().Be("é 😀 \u2028");
        stream.Done.Should().BeTrue();
        (await rig.Gateway.RowsOfAsync(name, 1)).Single().UsageSource.Should().Be("exact");
    }

    [Fact]
    public async Task The_first_piece_is_passed_on_before_the_second_one_exists()
    {
        var name = Ask.NewCase("at-once");
        using var response = await rig.App.OpenAsync(Ask.Chat("fast", new Script { Case = name, Chunks = 2, After = 1, Stall = Stall.Middle }, stream: true));
        await using var body = await response.Content.ReadAsStreamAsync();

        (await SseReading.EventsAsync(body, 1)).Should().NotBeEmpty();

        (await rig.Upstream.StatsAsync()).Aborts.Should().NotContain(name, "the upstream holds the second piece back");
    }
}
