using Gateway.Config;
using Gateway.Core.Errors;
using Gateway.Metering;
using Gateway.Reply;
using Gateway.Routing.Health;
using Gateway.Upstream;

namespace Gateway.Pipeline;

/// <summary>Step 9 for attempts that the client gets no answer from, and the closing of all.</summary>
internal sealed class AttemptEnd(Settlement settlement)
{
    /// <returns>The error.</returns>
    public async ValueTask<GatewayError> FailAsync(Call call, Attempt attempt, GatewayError error)
    {
        await settlement.SettleAsync(call, attempt, error);
        if (attempt.IsHedge && FailureVerdict.UsesRetryBudget(error)) attempt.Target.Health.Retries.Spend();
        return error;
    }

    /// <summary>The answer has a status outside 2xx.</summary>
    /// <returns>What it means.</returns>
    public async ValueTask<GatewayError> RejectAsync(Call call, Attempt attempt, UpstreamReply reply)
    {
        attempt.UpstreamStatus = reply.Status;
        using var body = new PooledWriter(1024);
        // An error page that is cut or never ends is an error all the same: what came of it is shown.
        var cut = await BodyCollector.ReadAsync(call, reply, attempt, body, UpstreamFailure.MaxBody);
        if (cut is { Kind: ErrorKind.ClientClosed }) return await FailAsync(call, attempt, cut);
        var error = UpstreamFailure.Of(reply, body.Written, attempt.Target.Provider, attempt.Lane.Translator);
        if (attempt.Lane is { Translator: null, Hub: { } hub }) error = hub.TellParam(error);
        return await FailAsync(call, attempt, attempt.Target.ErrorStatus == ErrorStatusPolicy.Upstream ? error with { KeepsStatus = true } : error);
    }

    /// <summary>An exception between admission and settlement is a bug, and a bug may not keep money: the attempt is settled, then the exception goes on its way.</summary>
    public async ValueTask CloseAsync(Call call, Attempt attempt)
    {
        attempt.Deadline.Dispose();
        attempt.Sent();
        attempt.Said?.Dispose();
        attempt.Target.Health.Leave();
        if (attempt.KeepAlive is { } keepAlive) await keepAlive.StopAsync();
        if (!attempt.IsSettled) await settlement.SettleAsync(call, attempt, ErrorReply.Internal(call.RequestId));
    }
}
