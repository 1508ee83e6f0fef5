using Gateway.Config;
using Gateway.Core.Errors;
using Gateway.Reply;
using Gateway.Routing;
using Gateway.Telemetry;
using Gateway.Upstream;

namespace Gateway.Pipeline;

/// <summary>
/// Step 7 of models with <c>hedge</c>: where the first byte takes longer than nearly all of that target's do, the request is sent once more, elsewhere if there is an elsewhere. What
/// answers first is the answer; the other one is stopped, settled and closed before that answer goes on its way, so that from here on there is one attempt again.
/// </summary>
internal sealed class HedgedSend(AttemptOpener opener, AttemptSender sender, AttemptEnd end, ITelemetry telemetry, TimeProvider time)
{
    /// <summary>How long the target may take before the request is sent again. Every call pays into the budget its hedges are paid from.</summary>
    /// <returns>Null: the request is not hedged. A probe is not: it asks how that one target is; nor a second attempt: it is one already.</returns>
    public static TimeSpan? Delay(Call call, Attempt first)
    {
        if (call.Serving!.Hedge is not { } hedge || call.Attempts != 1) return null;
        var health = first.Target.Health;
        health.Hedges.Earn(hedge.Budget);
        if (first.IsProbe || !MayBeStopped(first.Target) || call.Fields.RefersToStored) return null;
        if (health.Latency(call.Fields.Stream).Quantile(hedge.Quantile) is not { } usual) return null;
        return usual > hedge.MinDelay ? usual : hedge.MinDelay;
    }

    /// <returns>Of the attempt that is <see cref="Call.Attempt"/> then: the first byte of its stream, the head of its answer, or what it failed with.</returns>
    public async ValueTask<Outcome<UpstreamReply>> FirstAnswerAsync(Call call, Attempt first, TimeSpan delay)
    {
        var asked = FirstByteAsync(call, first).AsTask();
        try
        {
            return await IsDoneAsync(asked, delay) || await OpenAsync(call, first) is not { } second ? await asked : await RaceAsync(call, first, asked, second);
        }
        finally
        {
            await StopAsync(first, asked);
        }
    }

    private async ValueTask<Outcome<UpstreamReply>> RaceAsync(Call call, Attempt first, Task<Outcome<UpstreamReply>> asked, Attempt second)
    {
        var hedged = FirstByteAsync(call, second).AsTask();
        call.Attempt = first;
        try
        {
            var leads = await Task.WhenAny(asked, hedged) == asked;
            var (leader, other) = leads ? (first, second) : (second, first);
            var answer = await (leads ? asked : hedged);
            if (answer is { IsOk: true, Value.IsSuccess: true } || (leads && IsFinal(call, first, answer)))
            {
                call.Attempt = leader;
                await OutrunAsync(call, other, leads ? hedged : asked);
                telemetry.Hedged(call.Model!.Label, leads ? HedgeResult.Lost : HedgeResult.Won);
                return answer;
            }

            call.Attempt = other;   // the one that is left decides
            await FailAsync(call, leader, answer);
            if (leader.KeepAlive is { } comments)
            {
                await comments.StopAsync();
                other.KeepAlive = KeepAlive.Start(call, other.Deadline);
            }

            var left = await (leads ? hedged : asked);
            telemetry.Hedged(call.Model!.Label, leads && left is { IsOk: true, Value.IsSuccess: true } ? HedgeResult.Won : HedgeResult.Failed);
            return left;
        }
        finally
        {
            var (over, sent) = ReferenceEquals(call.Attempt, first) ? (second, hedged) : (first, asked);
            await StopAsync(over, sent);
            await end.CloseAsync(call, over);
        }
    }

    /// <summary>It is the request that the first target refuses, as it would have done without a hedge: no other is waited for.</summary>
    private static bool IsFinal(Call call, Attempt attempt, Outcome<UpstreamReply> answer) =>
        !call.Walk.MayHelp(answer.IsOk ? UpstreamFailure.Of(answer.Value, default, attempt.Target.Provider, attempt.Lane.Translator) : answer.Error);

    /// <summary>Until its request is sent, or given up, nothing of it may be given back; it still is under way here only where a bug has thrown.</summary>
    private static async ValueTask StopAsync(Attempt attempt, Task sent)
    {
        if (sent.IsCompleted) return;
        attempt.Deadline.Cancel(StopReason.Outrun);
        await sent.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>A provider that bills what nobody reads would be paid twice.</summary>
    private static bool MayBeStopped(Target target) => target.OnDisconnect == DisconnectPolicy.Cancel;

    /// <summary>The provider would call servers for it (MCP), and what they do would be done twice.</summary>
    private static bool ActsElsewhere(ReadOnlySpan<byte> body) => body.IndexOf("\"mcp\""u8) >= 0 || body.IndexOf("\"mcp_servers\""u8) >= 0;

    private async ValueTask<bool> IsDoneAsync(Task asked, TimeSpan delay)
    {
        if (asked.IsCompleted) return true;
        using var stop = new CancellationTokenSource();
        var waited = Task.Delay(delay, time, stop.Token);
        if (await Task.WhenAny(asked, waited) == waited) return false;
        stop.Cancel();   // nobody goes on after it: to cancel it on another thread would cost each answer a turn of that
        return true;
    }

    /// <returns>Null where there is no budget, no target or no money for a second attempt: the first one goes on alone.</returns>
    private async ValueTask<Attempt?> OpenAsync(Call call, Attempt first)
    {
        if (call.IsOutOfTime || ActsElsewhere(call.Body.Span) || !first.Target.Health.Hedges.TrySpend()) return null;
        if (call.Walk.Hedge(first.Target) is not { } target)
        {
            first.Target.Health.Hedges.Return();
            return null;
        }

        try
        {
            var opened = MayBeStopped(target) ? await opener.OpenAsync(call, target, isProbe: false, isHedge: true) : default;
            if (opened.Value is { } second) return second;
            call.Attempt = first;
            first.Target.Health.Hedges.Return();
            return null;
        }
        finally
        {
            if (call.Attempts == 1) call.Walk.GiveBack(target, first.Target);   // no attempt was made of it
        }
    }

    /// <summary>To the first byte of a stream, which can be long after its head; a comment line is none.</summary>
    private async ValueTask<Outcome<UpstreamReply>> FirstByteAsync(Call call, Attempt attempt)
    {
        var answer = await sender.SendAsync(call, attempt);
        if (!call.Fields.Stream || !answer.IsOk || !answer.Value.IsSuccess) return answer;
        try
        {
            await answer.Value.ReadFirstAsync(attempt.Deadline, attempt.Target.Provider.Config.Timeout.Idle);
            return answer;
        }
        catch (OperationCanceledException) when (attempt.Deadline.Reason != StopReason.None)
        {
            answer.Value.Dispose();
            return UpstreamFailure.Of(attempt.Deadline.Reason, attempt.Target.Provider.Name);
        }
        catch (IOException)
        {
            answer.Value.Dispose();
            return UpstreamFailure.Unfinished(attempt.Target.Provider.Name);
        }
    }

    /// <summary>The other one was first: what this one is charged with is what it may have used until now.</summary>
    private async ValueTask OutrunAsync(Call call, Attempt slower, Task<Outcome<UpstreamReply>> sent)
    {
        slower.Deadline.Cancel(StopReason.Outrun);
        var answer = await sent;
        if (answer.IsOk) answer.Value.Dispose();
        call.Walk.Spare(slower.Target);
        if (!slower.IsHedge) slower.Target.Health.Latency(call.Fields.Stream).Answered(call.ElapsedSince(slower.Started));   // at least, and that is longer than most
        await end.FailAsync(call, slower, UpstreamFailure.Of(StopReason.Outrun, slower.Target.Provider.Name));
    }

    /// <summary>What the provider said of it is not waited for: the other attempt may have its answer by now.</summary>
    private async ValueTask FailAsync(Call call, Attempt attempt, Outcome<UpstreamReply> answer)
    {
        var error = answer.Error;
        if (answer.IsOk)
        {
            using var reply = answer.Value;
            attempt.UpstreamStatus = reply.Status;
            error = UpstreamFailure.Of(reply, default, attempt.Target.Provider, attempt.Lane.Translator);
        }

        await end.FailAsync(call, attempt, error!);
    }
}
