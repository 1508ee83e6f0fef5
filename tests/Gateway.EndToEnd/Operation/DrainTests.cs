using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Operation;

/// <summary>SIGTERM while many long streams run (reliability R5): what can finish until the deadline does, whole and without a reset, and what cannot is told so.</summary>
public sealed class DrainTests
{
    private const int Streams = 50, Endless = 5;

    /// <summary>20 pauses of 400 ms between the pieces: 8 s.</summary>
    private static readonly Script s_long = new() { Chunks = 21, DelayMs = 400 };

    private static readonly string s_text = string.Concat(Enumerable.Range(0, 21).Select(static i => $"tok{i} "));

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    // More than all of them can cost: nothing is refused here.
    private static readonly long s_limit = 4 * (Streams + Endless + 2) * BoundGateway.Price;

    [SkippableTheory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task Fifty_streams_of_8_s_end_whole_after_SIGTERM_and_what_outlasts_the_deadline_gets_an_error_event(StoreKind kind)
    {
        await using var bound = await BoundGateway.StartAsync(kind, s_limit, "pre_stop_delay: 3s, drain: 9s");
        var gateway = bound.Gateway;
        (await bound.AskAsync("first")).Should().Be(HttpStatusCode.OK);
        (await gateway.LedgerAsync()).Should().HaveCount(1);
        var running = Task.WhenAll(Enumerable.Range(0, Streams).Select(i => StreamAsync(bound, s_long with { Case = $"long-{i}" })));
        var endless = Task.WhenAll(Enumerable.Range(0, Endless).Select(i => StreamAsync(bound, s_long with { Case = $"endless-{i}", After = 3, Stall = Stall.Middle, Usage = UsageShape.Every, DelayMs = 0 })));
        await Eventually.TrueAsync(async () => await bound.Upstream.StatsAsync() is { OpenRequests: Streams + Endless, Held: Endless }, Soon, static () => "all streams to be under way");

        gateway.Terminate();

        // While the listener is open: for 3 s.
        await Eventually.TrueAsync(async () => await gateway.StatusAsync("/health/ready") == HttpStatusCode.ServiceUnavailable, Soon, static () => "readiness to turn 503");
        (await bound.AskAsync("late")).Should().Be(HttpStatusCode.OK, "until the listener closes requests are served");
        await Eventually.TrueAsync(async () => await gateway.StatusAsync("/health/live") is null, Soon, static () => "the listener to be closed");
        running.IsCompleted.Should().BeFalse("streams outlast the listener");

        foreach (var answer in await running)
        {
            answer.Broken.Should().BeNull("what was finished is not reset");
            (answer.Status, answer.Done, answer.Content).Should().Be((HttpStatusCode.OK, true, s_text));
            answer.Errors.Should().BeEmpty();
            answer.FinishReasons.Should().Equal("stop");
            answer.Usages.Should().ContainSingle();
        }
        gateway.HasExited.Should().BeFalse("some are under way until the deadline");
        foreach (var answer in await endless)
        {
            (answer.Status, answer.Done, answer.Content).Should().Be((HttpStatusCode.OK, false, "tok0 tok1 tok2 "));
            answer.Errors.Should().ContainSingle();
        }
        (await gateway.ExitCodeAsync(Soon)).Should().Be(0);
        (await bound.StoredRowsAsync()).Should().Be(Streams + Endless + 2, "nothing is left for the next start");

        await gateway.StartAsync();
        await bound.RequireBillAsync(Streams + Endless + 2, "partial");
    }

    /// <summary>A stream to its end, which is noted where it is the model's own.</summary>
    private static async Task<StreamedAnswer> StreamAsync(BoundGateway bound, Script script)
    {
        var answer = await bound.App.StreamAsync(BoundGateway.Body(script, stream: true));
        if (answer.Done)
            bound.Acknowledged[script.Case!] = 0;
        return answer;
    }
}
