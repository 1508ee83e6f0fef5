using Gateway.Admission;
using Gateway.Config;
using Gateway.Core.Errors;
using Gateway.Core.Money;
using Gateway.Core.Providers;
using Gateway.Metering;
using Gateway.Pipeline;
using Gateway.Reply;
using Gateway.Telemetry;
using Gateway.Telemetry.Traces;
using Gateway.Upstream;

namespace Gateway.PassThrough;

/// <summary>Steps 5 to 9 of a call that is passed through. There is one target: what is in a provider's own format goes to that provider. Whatever happens in between, an attempt that was admitted is settled once.</summary>
internal sealed class PassAttempt(
    IAdmission admission, PassSender sender, Settlement settlement, ILedger ledger, StoreHealth store, Deadlines deadlines, ITelemetry telemetry, Tracing tracing, TimeProvider time)
{
    /// <returns>Why there is no answer, and whether the client has been told so.</returns>
    public async ValueTask<(GatewayError? Error, bool IsTold)> RunAsync(Call call, PassPlan plan)
    {
        Tracing.Step(call.Span, RequestStep.Admit);
        if (!ledger.IsAvailable || (store.IsAway && plan.Model.OnStoreFailure == StoreFailurePolicy.Reject)) return (RefusedCall.StoreUnavailable, false);
        var admitted = await admission.EnterAsync(plan.Ask(call), call.Http.RequestAborted);           // :: 5
        if (!admitted.IsAdmitted) return (RefusedCall.Tell(call, admitted.Rejection, telemetry), false);
        if (Open(call, admitted.Reservation, plan) is not { } attempt) return (RefusedCall.StoreUnavailable, false);
        try
        {
            Tracing.Step(call.Span, RequestStep.Send);
            attempt.Deadline.Arm(StopReason.FirstByteTimeout, plan.Provider.Config.Timeout.FirstByte);
            attempt.Dispatched = true;
            using var socket = PassSocket.Open(call, attempt, plan);
            var answer = new PassAnswer(call, attempt, plan, settlement, time);
            var since = call.Now;
            var unanswered = await sender.SendAsync(attempt.Reservation, call.Http, Request(call, attempt, plan), attempt.Deadline, answer);   // :: 7-9
            if (answer.IsUpgraded)
            {
                call.WaitedTicks += call.Now - since;   // all of its life it waits for one side or the other
                var ended = attempt.Deadline.Reason is StopReason.TotalTimeout or StopReason.ClientLimit ? null : unanswered;   // its time was over, which is no failure
                await socket!.SettleAsync(call, plan, settlement, ended);
                return (ended, true);
            }

            if (unanswered is null) return (answer.Error, answer.IsTold);
            attempt.Dispatched = !unanswered.NotSent;
            if (!attempt.IsSettled) await settlement.SettleAsync(call, attempt, unanswered);
            return (unanswered, false);
        }
        finally
        {
            attempt.Deadline.Dispose();
            // An exception between admission and settlement is a bug, and a bug may not keep money.
            if (!attempt.IsSettled) await settlement.SettleAsync(call, attempt, ErrorReply.Internal(call.RequestId));
        }
    }

    private Attempt? Open(Call call, Reservation reservation, PassPlan plan)
    {
        var inDoubt = Settlement.InDoubt(call, reservation);
        if (!ledger.TryOpen(inDoubt))
        {
            reservation.Settle(NanoUsd.Zero, default);
            return null;
        }

        call.Attempts++;
        call.RateLimits = reservation.RateLimits;
        return call.Attempt = new Attempt(reservation, NewDeadline(call, plan, time.GetUtcNow()), call.Now)
        {
            InDoubt = inDoubt,
            SentBytes = call.Body.Span.Length,
            Span = tracing.StartAttempt(call.Span, call.Endpoint.Route(), reservation.Target, plan.Provider.Connection!.BaseUrl, call.Attempts),
        };
    }

    private static PassRequest Request(Call call, Attempt attempt, PassPlan plan)
    {
        var connection = plan.Provider.Connection!;
        attempt.ProviderKey = connection.Keys.Take();
        var ours = attempt.ProviderKey is { } key ? [key.Header, .. connection.Headers] : connection.Headers;
        var headers = PassHeaders.ToProvider(call.Http.Request.Headers, ours, plan.Provider.Manifest.BetaHeader?.Name, call.Trace.Under(attempt.Span));
        return new(plan.Path.Below(connection.Prefix), headers, plan.IsBuffered ? call.Body.Memory : (ReadOnlyMemory<byte>?)null, plan.Operation.Shape == PassShape.Socket);
    }

    private Deadline NewDeadline(Call call, PassPlan plan, DateTimeOffset now)
    {
        var total = plan.Operation.Shape == PassShape.Socket ? PassSocket.Lifetime(call, now) : plan.Provider.Config.Timeout.Total;
        return new(deadlines, total, call.Http.RequestAborted, clientLimit: call.Options.Timeout - call.Elapsed);
    }
}
