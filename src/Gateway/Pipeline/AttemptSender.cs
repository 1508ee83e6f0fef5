using Gateway.Core.Errors;
using Gateway.Reply;
using Gateway.Telemetry.Traces;
using Gateway.Upstream;

namespace Gateway.Pipeline;

/// <summary>Step 7: an attempt's request goes to its target.</summary>
internal sealed class AttemptSender(UpstreamSender sender)
{
    /// <returns>Status and headers of the answer; its body is still on its way.</returns>
    public async ValueTask<Outcome<UpstreamReply>> SendAsync(Call call, Attempt attempt)
    {
        var provider = attempt.Target.Provider;
        Tracing.Step(call.Span, RequestStep.Send);
        attempt.Deadline.Arm(StopReason.FirstByteTimeout, provider.Config.Timeout.FirstByte);
        attempt.Dispatched = true;
        if (call.Fields.Stream && !attempt.IsHedge) attempt.KeepAlive = KeepAlive.Start(call, attempt.Deadline);
        attempt.ProviderKey = provider.Connection?.Keys.Take();
        var answer = await sender.SendAsync(attempt.Reservation, attempt.Request, attempt.ProviderKey, new(call.Http.Request.Headers, provider.Manifest.BetaHeader?.Name, call.Trace.Under(attempt.Span)), attempt.Deadline);
        attempt.Sent();   // or given up: an open stream keeps no request
        attempt.Dispatched = answer.Error is not { NotSent: true };
        return answer;
    }
}
