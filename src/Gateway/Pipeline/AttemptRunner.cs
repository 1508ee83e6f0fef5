using Gateway.Core.Errors;
using Gateway.Metering;
using Gateway.Reply;
using Gateway.Routing;
using Gateway.Telemetry.Traces;
using Gateway.Upstream;

namespace Gateway.Pipeline;

/// <summary>Steps 5 to 9 for one target. Whatever happens in between, an attempt that was admitted is settled once.</summary>
internal sealed class AttemptRunner(AttemptOpener opener, AttemptSender sender, HedgedSend hedges, AttemptEnd end, StreamRelay streams, JsonRelay replies, UsageMeter meter)
{
    /// <param name="target">Entered; left when the attempt is over, and still entered where none was made (<see cref="Call.Attempts"/> is as before).</param>
    /// <param name="isProbe">Whether the target's breaker closes depends on this attempt.</param>
    /// <returns>Null when the client has its answer.</returns>
    public async ValueTask<GatewayError?> RunAsync(Call call, Target target, bool isProbe)
    {
        var opened = await opener.OpenAsync(call, target, isProbe, isHedge: false);                              // :: 5, 6
        if (!opened.IsOk) return opened.Error;
        var attempt = opened.Value;
        try
        {
            var since = call.Now;
            var answer = HedgedSend.Delay(call, attempt) is { } delay ? await hedges.FirstAnswerAsync(call, attempt, delay) : await sender.SendAsync(call, attempt);   // :: 7
            call.WaitedTicks += call.Now - since;
            attempt = call.Attempt!;   // another one, where that answered first
            if (!answer.IsOk) return await end.FailAsync(call, attempt, answer.Error);
            using var reply = answer.Value;
            if (!reply.IsSuccess) return await end.RejectAsync(call, attempt, reply);
            return await ReplyAsync(call, attempt, reply);                                                       // :: 8, 9
        }
        finally
        {
            await end.CloseAsync(call, attempt);
        }
    }

    private ValueTask<GatewayError?> ReplyAsync(Call call, Attempt attempt, UpstreamReply reply)
    {
        attempt.UpstreamStatus = reply.Status;
        Tracing.Step(call.Span, RequestStep.Reply);
        if (call.Fields.Stream) return StreamAsync(call, attempt, reply);
        attempt.Answers(isStream: false, call.ElapsedSince(attempt.Started));
        return replies.RelayAsync(call, attempt, reply, attempt.Lane);
    }

    private async ValueTask<GatewayError?> StreamAsync(Call call, Attempt attempt, UpstreamReply reply)
    {
        using var events = OpenLane(call, attempt, attempt.Lane);
        return await streams.RelayAsync(call, attempt, reply, events);
    }

    private IStreamLane OpenLane(Call call, Attempt attempt, in Lane lane)
    {
        if (lane is { Dialect: { } spoken, Hub: null }) return new DialectRelayLane(spoken.OpenReader(), attempt.Target);
        var words = meter.CountStream(attempt);
        var includeUsage = lane.Hub is not null || call.Fields.IncludeUsage;
        IStreamLane chat = lane.Translator is null
            ? new OpenAIStreamLane(attempt.Target, lane.Endpoint, includeUsage, words, lane.Choices)
            : new TranslatedStreamLane(lane.Translator.OpenStream(lane.Context), attempt.Target, lane.Endpoint, includeUsage, words);
        return lane.Hub is { } hub ? new DialectLane(chat, hub.Dialect.OpenStream(hub.Context)) : chat;
    }
}
