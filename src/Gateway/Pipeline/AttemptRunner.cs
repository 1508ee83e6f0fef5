using Gateway.Admission;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Metering;
using Gateway.Reply;
using Gateway.Routing;
using Gateway.Telemetry;
using Gateway.Telemetry.Traces;
using Gateway.Upstream;

namespace Gateway.Pipeline;

/// <summary>Steps 5 to 9 for one target. Whatever happens in between, an attempt that was admitted is settled once.</summary>
internal sealed class AttemptRunner(
    IAdmission admission, UpstreamSender sender, StreamRelay streams, JsonRelay replies, KeepAlive keepAlive,
    Settlement settlement, ILedger ledger, Deadlines deadlines, ITelemetry telemetry, Tracing tracing, TimeProvider time)
{
    private static readonly GatewayError StoreUnavailable = new(ErrorKind.StoreUnavailable,
        "The ledger cannot take any more rows at the moment, and what cannot be recorded is not sent. The operator's log says why.") { RetryAfter = TimeSpan.FromSeconds(5) };

    /// <returns>Null when the client has its answer.</returns>
    public async ValueTask<GatewayError?> RunAsync(Call call, Target target)
    {
        var body = BodyRewriter.Rewrite(call.Body.Span, call.Members, call.Fields, call.Model!, target, call.Endpoint);
        try
        {
            var sent = body.IsEmpty ? call.Body.Memory : body.Memory;
            var fields = call.Fields;
            if (call.Model!.Fields.Count > 0 && OperatorBounds.Read(sent.Span, call.Endpoint, out fields) is { } wrong) return wrong;
            Tracing.Step(call.Span, RequestStep.Admit);
            if (!ledger.IsAvailable) return StoreUnavailable;
            var admitted = admission.Enter(new(call.RequestId, call.Attempts + 1, call.Key!, call.Endpoint, call.Model, target, sent.Length, fields.OutputBound, fields.Choices));   // :: 5
            if (!admitted.IsAdmitted) return Refused(call, admitted.Rejection);
            call.Attempts++;
            call.TargetIsFull = false;
            call.RateLimits = admitted.Reservation.RateLimits;
            using var deadline = new Deadline(deadlines, Total(call, target), call.Http.RequestAborted);
            var attempt = call.Attempt = new Attempt(admitted.Reservation, deadline, call.Now)
            {
                SentBytes = sent.Length,
                Span = tracing.StartAttempt(call.Span, call.Endpoint.Route(), target, target.Provider.Connection?.BaseUrl, call.Attempts),
            };
            return await SettledAsync(call, attempt, sent);
        }
        finally
        {
            body.Return();
        }
    }

    /// <summary>An exception between admission and settlement is a bug, and a bug may not keep money: the attempt is settled, then it goes on its way.</summary>
    private async ValueTask<GatewayError?> SettledAsync(Call call, Attempt attempt, ReadOnlyMemory<byte> body)
    {
        try
        {
            return await TranslateAsync(call, attempt, body);
        }
        finally
        {
            if (!attempt.IsSettled) await settlement.SettleAsync(call, attempt, ErrorReply.Internal(call.RequestId));
        }
    }

    private ValueTask<GatewayError?> TranslateAsync(Call call, Attempt attempt, ReadOnlyMemory<byte> body)
    {
        var manifest = attempt.Target.Provider.Manifest;
        if (manifest.Identity.TryGetValue(call.Endpoint, out var path)) return SendAsync(call, attempt, new(path, body, call.Fields.Stream), null, default);
        Tracing.Step(call.Span, RequestStep.Translate);
        var translator = manifest.Translators[call.Endpoint];
        var context = new TranslationContext(call.RequestId, time.GetUtcNow(), call.Fields.Model, attempt.Target.Model, true);
        var request = translator.BuildRequest(body.Span, context);                                           // :: 6
        return request.IsOk ? SendAsync(call, attempt, request.Value, translator, context with { Memory = request.Value.Memory }) : FailAsync(call, attempt, request.Error);
    }

    private async ValueTask<GatewayError?> SendAsync(Call call, Attempt attempt, UpstreamRequest request, ITranslator? translator, TranslationContext context)
    {
        attempt.Deadline.Arm(StopReason.FirstByteTimeout, attempt.Target.Provider.Config.Timeout.FirstByte);
        var headers = new ForwardedHeaders(call.Http.Request.Headers, call.Trace.Under(attempt.Span));
        var since = call.Now;
        Tracing.Step(call.Span, RequestStep.Send);
        var answer = await keepAlive.WaitAsync(SendAsync(attempt, request, headers), call, attempt.Deadline);   // :: 7
        call.WaitedTicks += call.Now - since;
        if (!answer.IsOk) return await FailAsync(call, attempt, answer.Error);
        using var reply = answer.Value;
        attempt.UpstreamStatus = reply.Status;
        if (!reply.IsSuccess) return await RejectedAsync(call, attempt, reply, translator);
        Tracing.Step(call.Span, RequestStep.Reply);
        if (!call.Fields.Stream) return await replies.RelayAsync(call, attempt, reply, translator, context);     // :: 8 JSON, 9
        using IStreamLane lane = translator is null
            ? new OpenAIStreamLane(attempt.Target, call.Endpoint, call.Fields.IncludeUsage)
            : new TranslatedStreamLane(translator.OpenStream(context), attempt.Target, call.Endpoint, call.Fields.IncludeUsage);
        return await streams.RelayAsync(call, attempt, reply, lane);                                             // :: 8 SSE, 9
    }

    private async ValueTask<Outcome<UpstreamReply>> SendAsync(Attempt attempt, UpstreamRequest request, ForwardedHeaders headers)
    {
        try
        {
            attempt.Dispatched = true;
            var answer = await sender.SendAsync(attempt.Reservation, request, headers, attempt.Deadline);
            if (answer.Error is { NotSent: true }) attempt.Dispatched = false;
            return answer;
        }
        catch (OperationCanceledException) when (attempt.Deadline.Reason != StopReason.None)
        {
            return UpstreamFailure.Of(attempt.Deadline.Reason, attempt.Target.Provider.Name);
        }
    }

    private async ValueTask<GatewayError?> RejectedAsync(Call call, Attempt attempt, UpstreamReply reply, ITranslator? translator)
    {
        using var body = new PooledWriter(1024);
        // An error page that is cut or never ends is an error all the same: what came of it is shown.
        var cut = await BodyCollector.ReadAsync(call, reply, attempt, body, UpstreamFailure.MaxBody);
        if (cut is { Kind: ErrorKind.ClientClosed }) return await FailAsync(call, attempt, cut);
        var error = translator?.ReadError(reply.Status, body.Written) ?? UpstreamFailure.Of(reply, body.Written, attempt.Target.Provider);
        return await FailAsync(call, attempt, error);
    }

    private async ValueTask<GatewayError?> FailAsync(Call call, Attempt attempt, GatewayError error)
    {
        await settlement.SettleAsync(call, attempt, error);
        return error;
    }

    private GatewayError Refused(Call call, AdmissionRejection rejection)
    {
        call.RateLimits = rejection.RateLimits;
        call.TargetIsFull = rejection.OwnerKind == OwnerKind.Target;
        if (rejection.Reason == RejectionReason.RateLimit) telemetry.RateLimited(rejection.OwnerKind.Label(), rejection.Owner);
        else telemetry.BudgetRejected(rejection.OwnerKind.Label(), rejection.Owner);
        return rejection.Error;
    }

    private static TimeSpan Total(Call call, Target target)
    {
        var total = target.Provider.Config.Timeout.Total;
        return call.Options.Timeout is { } asked && asked < total ? asked : total;
    }
}
