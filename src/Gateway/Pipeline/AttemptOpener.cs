using Gateway.Admission;
using Gateway.Config;
using Gateway.Core.Errors;
using Gateway.Core.Money;
using Gateway.Core.Providers;
using Gateway.Metering;
using Gateway.Routing;
using Gateway.Telemetry;
using Gateway.Telemetry.Traces;
using Gateway.Upstream;

namespace Gateway.Pipeline;

/// <summary>Steps 5 and 6 for one target: what it would be sent, whether there is money and room for that, and its words for it. From here on there is an attempt, and a hold.</summary>
internal sealed class AttemptOpener(
    IAdmission admission, AttemptEnd end, ILedger ledger, StoreHealth store, Deadlines deadlines, ITelemetry telemetry, Tracing tracing, TimeProvider time)
{
    /// <summary>Of models that the catalogue does not know: few can read more.</summary>
    private const long LargestContext = 1_000_000;

    /// <param name="target">Entered (<see cref="Routing.Health.TargetHealth.TryEnter"/>); the attempt leaves it when it is closed.</param>
    /// <param name="isProbe">Whether the target's breaker closes depends on this attempt.</param>
    /// <param name="isHedge">It is made beside another one that is under way.</param>
    /// <returns>An attempt that is ready to be sent; its owner closes it. Where there is none, no money is held.</returns>
    public async ValueTask<Outcome<Attempt>> OpenAsync(Call call, Target target, bool isProbe, bool isHedge)
    {
        if (Say(call, target, out var said) is { } unsayable) return unsayable;
        var rewritten = default(RequestBody);
        Attempt? attempt = null;
        var isReady = false;
        try
        {
            if (Sort(call, target, said, out var dropped) is { } unserved) return unserved;
            var most = call.Serving!.Constraints.And(call.Options.Constraints).MaxCost;
            rewritten = said is null
                ? BodyRewriter.Rewrite(call.Body.Span, call.Members, call.Fields, call.Serving!, target, call.Endpoint, OutputCap.For(call.Fields, call.Serving!, target, call.Key!, call.Endpoint, most))
                : said.Rewrite(call.Serving!, target, OutputCap.For(said.Fields, call.Serving!, target, call.Key!, said.Endpoint, most));
            var body = !rewritten.IsEmpty ? rewritten.Memory : said?.Body ?? call.Body.Memory;
            if (Ask(call, target, said, body, out var request, out var answers) is { } unfit) return unfit;
            var admitted = await admission.EnterAsync(request, call.Http.RequestAborted);                       // :: 5
            if (!admitted.IsAdmitted) return isHedge ? admitted.Rejection.Error : RefusedCall.Tell(call, admitted.Rejection, telemetry);
            attempt = Open(call, admitted.Reservation, said, body.Length, isProbe, isHedge);
            if (attempt is null) return RefusedCall.StoreUnavailable;
            attempt.DroppedParams = dropped;
            if (Translate(call, attempt, body, answers) is { } untranslatable) return await end.FailAsync(call, attempt, untranslatable);   // :: 6
            attempt.Rewritten = rewritten;
            isReady = true;
            return attempt;
        }
        finally
        {
            if (!isReady)
            {
                rewritten.Return();
                if (attempt is null) said?.Dispose();
                else await end.CloseAsync(call, attempt);
            }
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
            : DialectRequest.ToChat(dialect, call.Body.Span, Context(call, target), manifest.ChatTargetOf(target.Model));
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

    private GatewayError? Ask(Call call, Target target, DialectRequest? said, ReadOnlyMemory<byte> body, out AdmissionRequest request, out int answers)
    {
        request = default;
        answers = 1;
        var fields = said?.Fields ?? call.Fields;
        var endpoint = said?.Endpoint ?? call.Endpoint;
        if (call.Serving!.Fields.Count > 0 && OperatorBounds.Read(body.Span, endpoint, out fields) is { } wrong) return said?.Tell(wrong) ?? wrong;
        answers = fields.Answers;
        Tracing.Step(call.Span, RequestStep.Admit);
        if (!ledger.IsAvailable || (store.IsAway && call.Serving.OnStoreFailure == StoreFailurePolicy.Reject)) return RefusedCall.StoreUnavailable;
        request = new(call.RequestId, call.Attempts + 1, call.Key!, endpoint, call.Serving, target, InputBound(fields, target, body.Length), fields.OutputBound, fields.Choices, fields.LeastBound);
        return null;
    }

    /// <summary>No prompt has more tokens than bytes; of one that the provider has kept a part of, nothing is known but what fits into the model.</summary>
    public static long InputBound(in RequestFields fields, Target target, int bytes) => fields.RefersToStored ? Math.Max(bytes, target.ContextWindow ?? LargestContext) : bytes;

    /// <returns>Null where the ledger cannot take its row.</returns>
    private Attempt? Open(Call call, Reservation reservation, DialectRequest? said, int sentBytes, bool isProbe, bool isHedge)
    {
        var inDoubt = Settlement.InDoubt(call, reservation);
        if (!ledger.TryOpen(inDoubt))
        {
            reservation.Settle(NanoUsd.Zero, default);
            return null;
        }

        var target = reservation.Target;
        if (call.Attempts++ == 0) target.Health.Retries.First();   // not before: what is refused here is no load, and makes no room for any
        call.RateLimits = reservation.RateLimits;
        return call.Attempt = new Attempt(reservation, NewDeadline(call, target), call.Now)
        {
            InDoubt = inDoubt,
            Said = said,
            IsProbe = isProbe,
            IsHedge = isHedge,
            SentBytes = sentBytes,
            Span = tracing.StartAttempt(call.Span, call.Endpoint.Route(), target, target.Provider.Connection?.BaseUrl, call.Attempts),
        };
    }

    /// <param name="answers">As the request asks for them that is sent.</param>
    private GatewayError? Translate(Call call, Attempt attempt, ReadOnlyMemory<byte> body, int answers)
    {
        var manifest = attempt.Target.Provider.Manifest;
        var endpoint = attempt.Said?.Endpoint ?? call.Endpoint;
        var hub = attempt.Said is { IsChat: true } chat ? chat : null;
        if (manifest.Identity.TryGetValue(endpoint, out var path))
        {
            attempt.Request = new(path, body, call.Fields.Stream);
            attempt.Lane = new(endpoint, null, default, call.Dialect, hub) { Choices = attempt.DroppedParams.Contains("n") ? 1 : answers };
            return null;
        }

        Tracing.Step(call.Span, RequestStep.Translate);
        var translator = manifest.Translators[endpoint];
        var context = Context(call, attempt.Target);
        var built = translator.BuildRequest(body.Span, context);
        if (!built.IsOk) return hub?.Tell(built.Error) ?? built.Error;
        attempt.Request = built.Value;
        attempt.Lane = new(endpoint, translator, context with { Memory = built.Value.Memory }, call.Dialect, hub);
        if (built.Value.Dropped.Count > 0) attempt.DroppedParams = [.. attempt.DroppedParams.Union(hub?.Tell(built.Value.Dropped) ?? built.Value.Dropped, StringComparer.Ordinal)];
        return null;
    }

    /// <remarks>What is made once is also read to its end when the client leaves: its retry is to find the answer, not to pay for another. So is what others wait for.</remarks>
    private Deadline NewDeadline(Call call, Target target)
    {
        var total = target.Provider.Config.Timeout.Total;
        var drains = target.OnDisconnect == DisconnectPolicy.Drain || call.Claim is not null;
        return new(deadlines, total, call.Http.RequestAborted, drains, call.Fill is null ? null : call.Fill.IsWanted, call.Options.Timeout - call.Elapsed);
    }
}
