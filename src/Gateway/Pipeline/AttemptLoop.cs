using Gateway.Core.Errors;
using Gateway.Reply;
using Gateway.Routing;
using Gateway.Routing.Health;
using Gateway.Telemetry;
using Gateway.Upstream;

namespace Gateway.Pipeline;

/// <summary>Steps 5 to 9, target after target, until one answers or none is left. As soon as the client has a byte of an answer there is no other target.</summary>
internal sealed partial class AttemptLoop(AttemptRunner attempts, Deadlines deadlines, ITelemetry telemetry, TimeProvider time, ILogger<AttemptLoop> log)
{
    /// <summary>What the comment lines of a pause may take beyond it before their timer ends by itself.</summary>
    private static readonly TimeSpan MoreThanAPause = TimeSpan.FromMinutes(1);

    /// <returns>Null when the client has its answer.</returns>
    public async ValueTask<GatewayError?> RunAsync(Call call)
    {
        call.Walk = new RouteWalk(call);
        GatewayError? failed = null, answer = null;
        while (true)
        {
            var before = failed;
            var target = call.Walk.Next(ref failed, out var isProbe);
            if (target is null) return call.Walk.Told((answer ?? failed)!);
            if (before is not null) Tell(call, before);
            if (call.Walk.Pause > TimeSpan.Zero && !await PauseAsync(call, call.Walk.Pause)) return Left(call, target, isProbe);
            if (call.IsOutOfTime) return OutOfTime(call, target, isProbe, answer);
            var attempted = call.Attempts;
            call.TargetIsFull = false;
            try
            {
                failed = await attempts.RunAsync(call, target, isProbe);
            }
            finally
            {
                if (call.Attempts == attempted) Pass(call, target, isProbe);
            }

            if (failed is null) return null;
            if (attempted > 0 && call.Attempts > attempted && !call.Walk.IsRetry && FailureVerdict.UsesRetryBudget(failed)) target.Health.Retries.Spend();
            answer = Told(call, answer, failed);
            if (call.ContentSent || call.Http.RequestAborted.IsCancellationRequested) return failed;
            Log.TargetFailed(log, call.RequestId, call.Attempts > attempted ? call.Attempt!.Target.Name : target.Name, failed.Kind);
        }
    }

    /// <summary>What the client is told after several failures: the last one, but not that some target could not have done what another one failed at, or was at its own limit.</summary>
    private static GatewayError Told(Call call, GatewayError? told, GatewayError failed) =>
        told is not null && (call.TargetIsFull || failed is { Kind: ErrorKind.InvalidRequest, UpstreamStatus: null }) ? told : failed;

    private void Tell(Call call, GatewayError failed)
    {
        if (call.Walk.IsRetry) telemetry.Retried(call.Model!.Label, AttemptOutcomes.Of(failed));
        else telemetry.FellBack(call.Model!.Label, AttemptOutcomes.Of(failed));
    }

    /// <returns>False: the client has left.</returns>
    private async ValueTask<bool> PauseAsync(Call call, TimeSpan pause)
    {
        var since = call.Now;
        using var silent = call.Fields.Stream ? new Deadline(deadlines, pause + MoreThanAPause, call.Http.RequestAborted) : null;
        var comments = silent is null ? null : KeepAlive.Start(call, silent);
        try
        {
            await Task.Delay(pause, time, call.Http.RequestAborted);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        finally
        {
            if (comments is not null) await comments.StopAsync();
            call.WaitedTicks += call.Now - since;
        }
    }

    private static GatewayError Left(Call call, Target target, bool isProbe)
    {
        Pass(call, target, isProbe);
        return ErrorReply.ClientClosed;
    }

    /// <summary>Whatever the request has waited for, an attempt that nobody can wait for is not paid.</summary>
    private static GatewayError OutOfTime(Call call, Target target, bool isProbe, GatewayError? answer)
    {
        Pass(call, target, isProbe);
        return answer ?? RefusedCall.OutOfTime;
    }

    /// <summary>It was entered, and not asked.</summary>
    private static void Pass(Call call, Target target, bool isProbe)
    {
        if (call.Walk.RoomTaken is { } taken) target.Health.Retries.Return(taken);
        target.Health.Leave();
        if (isProbe) target.Health.Passed();
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.TargetFailed, LogLevel.Warning, "{RequestId}: target {Target} failed ({Kind})")]
        public static partial void TargetFailed(ILogger logger, string requestId, string target, ErrorKind kind);
    }
}
