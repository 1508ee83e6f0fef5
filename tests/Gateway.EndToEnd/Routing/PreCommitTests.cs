using System.Diagnostics;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Routing;

/// <summary>Streams whose beginning is held back: what breaks in it is asked elsewhere, what is held is not held for longer than said, and nothing of it is lost.</summary>
public sealed class PreCommitTests : IAsyncLifetime
{
    private const string Targets = "strategy: ordered, targets: [{ provider: up, model: first, price: { input: 1, output: 2 } }, { provider: up, model: second, price: { input: 1, output: 2 } }]";

    private RoutingGateway _rig = null!;

    public async Task InitializeAsync() => _rig = await RoutingGateway.StartAsync($$"""
          - { name: held, pre_commit: { bytes: 2KiB, time: 10s }, {{Targets}} }
          - { name: briefly, pre_commit: { bytes: 1MiB, time: 300ms }, {{Targets}} }
        """, "breaker: { enabled: false }");

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Theory]
    [InlineData(Cut.Fin)]
    [InlineData(Cut.Rst)]
    [InlineData(Cut.Clean)]
    public async Task A_stream_that_breaks_in_the_window_is_asked_of_the_next_target_and_both_are_paid(Cut cut)
    {
        var name = Ask.NewCase("broken");

        var answer = await _rig.App.StreamAsync(Ask.Chat("held", Broken(name, cut, after: 3), name, stream: true));

        answer.Should().Match<StreamedAnswer>(static a => a.Content == "whole" && a.Done && a.Errors.Count == 0);
        var rows = await _rig.Gateway.RowsOfAsync(name, 2);
        rows.Should().ContainSingle(static r => r.TargetModel == "first" && r.Status != 200 && r.CostNanoUsd > 0, "its words were made");
        rows.Should().ContainSingle(static r => r.TargetModel == "second" && r.Status == 200);
    }

    [Fact]
    public async Task The_window_begins_with_the_first_byte_and_not_with_the_head()
    {
        var name = Ask.NewCase("thinks");
        var broken = new Script { Case = name, FirstMs = 700, Cut = Cut.Fin, After = 2, Chunks = 40 };   // the window is 300 ms

        var answer = await _rig.App.StreamAsync(Ask.Chat("briefly", new Directive { Script = new Script { Case = name, Text = "whole" }, Models = new() { ["first"] = broken } }, name, stream: true));

        answer.Should().Match<StreamedAnswer>(static a => a.Content == "whole" && a.Done && a.Errors.Count == 0);
    }

    [Fact]
    public async Task An_error_event_in_the_window_is_as_if_it_had_been_the_answer()
    {
        var name = Ask.NewCase("event");
        var directive = new Directive { Script = new Script { Case = name, Text = "whole" }, Models = new() { ["first"] = new Script { Case = name, ErrorEvent = true, After = 2, Chunks = 5 } } };

        var answer = await _rig.App.StreamAsync(Ask.Chat("held", directive, name, stream: true));

        answer.Should().Match<StreamedAnswer>(static a => a.Content == "whole" && a.Done && a.Errors.Count == 0);
    }

    [Fact]
    public async Task Behind_the_window_there_is_no_other_target()
    {
        var name = Ask.NewCase("behind");

        var answer = await _rig.App.StreamAsync(Ask.Chat("held", Broken(name, Cut.Fin, after: 60), name, stream: true));

        answer.Errors.Should().ContainSingle();
        answer.Done.Should().BeFalse();
        answer.Content.Should().StartWith("tok0 tok1");
        (await _rig.Upstream.RequestsAsync(name)).Should().ContainSingle();
    }

    [Fact]
    public async Task A_short_stream_that_is_whole_comes_whole()
    {
        var name = Ask.NewCase("short");
        var since = Stopwatch.StartNew();

        var answer = await _rig.App.StreamAsync(Ask.Chat("held", new Script { Case = name, Text = "hi" }, stream: true));

        answer.Should().Match<StreamedAnswer>(static a => a.Content == "hi" && a.Done);
        since.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(5), "its end ends the window");
    }

    [Fact]
    public async Task Words_are_held_no_longer_than_the_window_though_the_upstream_pauses()
    {
        var name = Ask.NewCase("pause");
        using var response = await _rig.App.OpenAsync(Ask.Chat("briefly", new Script { Case = name, Chunks = 3, Hold = Stall.Middle, After = 2 }, stream: true));
        await using var body = await response.Content.ReadAsStreamAsync();

        var events = await SseReading.EventsAsync(body, 2);

        events.Should().HaveCount(2, "the upstream has not gone on yet");
        await _rig.Upstream.ReleaseAsync(name);
    }

    private static Directive Broken(string name, Cut cut, int after) =>
        new() { Script = new Script { Case = name, Text = "whole" }, Models = new() { ["first"] = new Script { Case = name, Cut = cut, After = after, Chunks = after + 40 } } };
}
