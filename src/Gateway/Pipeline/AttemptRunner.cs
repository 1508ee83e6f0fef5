using Gateway.Admission;
using Gateway.Config;
using Gateway.Core.Errors;
using Gateway.Core.Money;
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
    IAdmission admission, UpstreamSender sender, StreamRelay streams, JsonRelay replies, Settlement settlement, UsageMeter meter,
    ILedger ledger, StoreHealth store, Deadlines deadlines, ITelemetry telemetry, Tracing tracing, TimeProvider time)
{
    private static readonly GatewayError StoreUnavailable = new(ErrorKind.StoreUnavailable,
        "The ledger cannot take any more rows at the moment, and what may not be recorded is not sent. The operator's log says why.")
    { RetryAfter = TimeSpan.FromSeconds(5) };

    /// <summary>Of models that the catalogue does not know: few can read more.</summary>
    private const long LargestContext = 1_000_000;

    /// <param name="isProbe">Whether the target's breaker closes depends on this attempt.</param>
    /// <returns>Null when the client has its answer.</returns>
    public async ValueTask<GatewayError?> RunAsync(Call call, Target target, bool isProbe)
    {
        if (Say(call, target, out var said) is { } unsayable) return unsayable;
        if (Sort(call, target, said, out var dropped) is { } unserved)
        {
            said?.Dispose();
            return unserved;
        }

        var rewritten = said is null
            ? BodyRewriter.Rewrite(call.Body.Span, call.Members, call.Fields, call.Serving!, target, call.Endpoint, OutputCap.For(call.Fields, call.Serving!, target, call.Key!, call.Endpoint))
            : said.Rewrite(call.Serving!, target, OutputCap.For(said.Fields, call.Serving!, target, call.Key!, said.Endpoint));
        Attempt? attempt = null;
        try
        {
            var body = !rewritten.IsEmpty ? rewritten.Memory : said?.Body ?? call.Body.Memory;
            if (Ask(call, target, said, body, out var request) is { } unfit) return unfit;
            if (Open(call, await admission.EnterAsync(request, call.Http.RequestAborted), said, body, isProbe, out attempt) is { } refused) return refused;   // :: 5
            attempt!.DroppedParams = dropped;
            if (Translate(call, attempt!, body, out var upstream, out var lane) is { } untranslatable)           // :: 6
                return await FailAsync(call, attempt!, untranslatable);
            var since = call.Now;
            var answer = await SendAsync(call, attempt!, upstream);                                               // :: 7
            call.WaitedTicks += call.Now - since;
            rewritten.Return();   // sent, or given up: an open stream keeps no request
            attempt!.Dispatched = answer.Error is not { NotSent: true };
            if (!answer.IsOk) return await FailAsync(call, attempt!, answer.Error);
            using var reply = answer.Value;
            return await ReplyAsync(call, attempt!, reply, lane);                                                // :: 8, 9
        }
        finally
        {
            rewritten.Return();
            said?.Dispose();
            if (attempt is not null) await CloseAsync(call, attempt);
        }
    }

    /// <summary>A dialect that the target does not speak becomes chat, which everybody does.</summary>
    /// <param name="said">Null: the target is sent what the client sent.</param>
    private GatewayError? Say(Call call, Target target, out DialectRequest? said)
    {
        said = null;
        if (call.Dialect is not { } dialect) return null;
        var manifest = target.Provider.Manifest;
        var read = manifest.Identity.ContainsKey(call.Endpoint)
            ? DialectRequest.ToNative(dialect, call.Endpoint, call.Body.Span)
            : DialectRequest.ToChat(dialect, call.Body.Span, Context(call, target), manifest.ChatTarget);
        said = read?.Value;
        return read?.Error;
    }

    /// <summary>What the target would refuse because it does not know it.</summary>
    /// <param name="dropped">Fields of the client's that are not sent, those that chat has no place for included.</param>
    private static GatewayError? Sort(Call call, Target target, DialectRequest? said, out IReadOnlyList<string> dropped)
    {
        if (said is null) return UnknownFields.Check(call.Body.Span, call.Members, BodyRewriter.Quirks(target, call.Endpoint), target.DropParams, target.Provider.Name, null, out dropped);
        var error = said.Check(target, out dropped);
        dropped = dropped.Count == 0 ? said.Dropped : [.. said.Dropped, .. dropped];
        return error;
    }

    private TranslationContext Context(Call call, Target target) =>
        new(call.RequestId, time.GetUtcNow(), call.Fields.Model, target.Model, true) { DropParams = target.DropParams, MaxOutput = target.MaxOutput };

    private GatewayError? Ask(Call call, Target target, DialectRequest? said, ReadOnlyMemory<byte> body, out AdmissionRequest request)
    {
        request = default;
        var fields = said?.Fields ?? call.Fields;
        var endpoint = said?.Endpoint ?? call.Endpoint;
        if (call.Serving!.Fields.Count > 0 && OperatorBounds.Read(body.Span, endpoint, out fields) is { } wrong) return wrong;
        Tracing.Step(call.Span, RequestStep.Admit);
        if (!ledger.IsAvailable || (store.IsAway && call.Serving.OnStoreFailure == StoreFailurePolicy.Reject)) return StoreUnavailable;
        request = new(call.RequestId, call.Attempts + 1, call.Key!, endpoint, call.Serving, target, InputBound(fields, target, body.Length), fields.OutputBound, fields.Choices, fields.LeastBound);
        return null;
    }

    /// <summary>No prompt has more tokens than bytes; of one that the provider has kept a part of, nothing is known but what fits into the model.</summary>
    private static long InputBound(in RequestFields fields, Target target, int bytes) => fields.RefersToStored ? Math.Max(bytes, target.ContextWindow ?? LargestContext) : bytes;

    private GatewayError? Open(Call call, AdmissionResult admitted, DialectRequest? said, ReadOnlyMemory<byte> body, bool isProbe, out Attempt? attempt)
    {
        attempt = null;
        if (!admitted.IsAdmitted) return RefusedCall.Tell(call, admitted.Rejection, telemetry);
        var target = admitted.Reservation.Target;
        var inDoubt = Settlement.InDoubt(call, admitted.Reservation);
        if (!ledger.TryOpen(inDoubt))
        {
            admitted.Reservation.Settle(NanoUsd.Zero, default);
            return StoreUnavailable;
        }

        call.Attempts++;
        call.TargetIsFull = false;
        call.RateLimits = admitted.Reservation.RateLimits;
        call.Attempt = attempt = new Attempt(admitted.Reservation, NewDeadline(call, target), call.Now)
        {
            InDoubt = inDoubt,
            Said = said,
            IsProbe = isProbe,
            SentBytes = body.Length,
            Span = tracing.StartAttempt(call.Span, call.Endpoint.Route(), target, target.Provider.Connection?.BaseUrl, call.Attempts),
        };
        return null;
    }

    private GatewayError? Translate(Call call, Attempt attempt, ReadOnlyMemory<byte> body, out UpstreamRequest request, out Lane lane)
    {
        var manifest = attempt.Target.Provider.Manifest;
        var endpoint = attempt.Said?.Endpoint ?? call.Endpoint;
        var hub = attempt.Said is { IsChat: true } chat ? chat : null;
        if (manifest.Identity.TryGetValue(endpoint, out var path))
        {
            request = new(path, body, call.Fields.Stream);
            lane = new(endpoint, null, default, call.Dialect, hub);
            return null;
        }

        Tracing.Step(call.Span, RequestStep.Translate);
        var translator = manifest.Translators[endpoint];
        var context = Context(call, attempt.Target);
        var built = translator.BuildRequest(body.Span, context);
        request = built.Value;
        if (built.IsOk && request.Dropped.Count > 0) attempt.DroppedParams = [.. attempt.DroppedParams, .. request.Dropped];
        lane = new(endpoint, translator, context with { Memory = request.Memory }, call.Dialect, hub);
        return built.Error;
    }

    private ValueTask<Outcome<UpstreamReply>> SendAsync(Call call, Attempt attempt, UpstreamRequest request)
    {
        Tracing.Step(call.Span, RequestStep.Send);
        attempt.Deadline.Arm(StopReason.FirstByteTimeout, attempt.Target.Provider.Config.Timeout.FirstByte);
        attempt.Dispatched = true;
        if (call.Fields.Stream) attempt.KeepAlive = KeepAlive.Start(call, attempt.Deadline);
        attempt.ProviderKey = attempt.Target.Provider.Connection?.Keys.Take();
        return sender.SendAsync(attempt.Reservation, request, attempt.ProviderKey, new(call.Http.Request.Headers, attempt.Target.Provider.Manifest.BetaHeader?.Name, call.Trace.Under(attempt.Span)), attempt.Deadline);
    }

    private ValueTask<GatewayError?> ReplyAsync(Call call, Attempt attempt, UpstreamReply reply, Lane lane)
    {
        attempt.UpstreamStatus = reply.Status;
        if (!reply.IsSuccess) return RejectedAsync(call, attempt, reply, lane.Translator);
        Tracing.Step(call.Span, RequestStep.Reply);
        if (call.Fields.Stream) return StreamAsync(call, attempt, reply, lane);
        attempt.Answers(isStream: false, call.ElapsedSince(attempt.Started));
        return replies.RelayAsync(call, attempt, reply, lane);
    }

    private async ValueTask<GatewayError?> StreamAsync(Call call, Attempt attempt, UpstreamReply reply, Lane lane)
    {
        using var events = OpenLane(call, attempt, lane);
        return await streams.RelayAsync(call, attempt, reply, events);
    }

    private IStreamLane OpenLane(Call call, Attempt attempt, in Lane lane)
    {
        if (lane is { Dialect: { } spoken, Hub: null }) return new DialectRelayLane(spoken.OpenReader(), attempt.Target);
        var words = meter.CountStream(attempt);
        var includeUsage = lane.Hub is not null || call.Fields.IncludeUsage;
        IStreamLane chat = lane.Translator is null
            ? new OpenAIStreamLane(attempt.Target, lane.Endpoint, includeUsage, words)
            : new TranslatedStreamLane(lane.Translator.OpenStream(lane.Context), attempt.Target, lane.Endpoint, includeUsage, words);
        return lane.Hub is { } hub ? new DialectLane(chat, hub.Dialect.OpenStream(hub.Context)) : chat;
    }

    private async ValueTask<GatewayError?> RejectedAsync(Call call, Attempt attempt, UpstreamReply reply, ITranslator? translator)
    {
        using var body = new PooledWriter(1024);
        // An error page that is cut or never ends is an error all the same: what came of it is shown.
        var cut = await BodyCollector.ReadAsync(call, reply, attempt, body, UpstreamFailure.MaxBody);
        if (cut is { Kind: ErrorKind.ClientClosed }) return await FailAsync(call, attempt, cut);
        var error = UpstreamFailure.Of(reply, body.Written, attempt.Target.Provider, translator);
        return await FailAsync(call, attempt, attempt.Target.ErrorStatus == ErrorStatusPolicy.Upstream ? error with { KeepsStatus = true } : error);
    }

    private async ValueTask<GatewayError?> FailAsync(Call call, Attempt attempt, GatewayError error)
    {
        await settlement.SettleAsync(call, attempt, error);
        return error;
    }

    /// <summary>An exception between admission and settlement is a bug, and a bug may not keep money: the attempt is settled, then the exception goes on its way.</summary>
    private async ValueTask CloseAsync(Call call, Attempt attempt)
    {
        attempt.Deadline.Dispose();
        if (attempt.KeepAlive is { } keepAlive) await keepAlive.StopAsync();
        if (!attempt.IsSettled) await settlement.SettleAsync(call, attempt, ErrorReply.Internal(call.RequestId));
    }

    /// <remarks>What is made once is also read to its end when the client leaves: its retry is to find the answer, not to pay for another. So is what others wait for.</remarks>
    private Deadline NewDeadline(Call call, Target target) =>
        new(deadlines, Total(call, target), call.Http.RequestAborted, target.OnDisconnect == DisconnectPolicy.Drain || call.Claim is not null, call.Fill is null ? null : call.Fill.IsWanted);

    private static TimeSpan Total(Call call, Target target)
    {
        var total = target.Provider.Config.Timeout.Total;
        return call.Options.Timeout is { } asked && asked - call.Elapsed is var left && left < total ? left : total;
    }
}
