using Gateway.Core.Errors;
using Gateway.Core.Stores;
using Gateway.Pipeline;
using Gateway.Reply;
using Gateway.Telemetry;

namespace Gateway.Idempotency;

/// <summary>
/// Between steps 4 and 5, for requests with an Idempotency-Key: the first of a key goes on, the others get its answer or are told why not. They reserve nothing, reach no
/// upstream and leave no row.
/// </summary>
internal sealed class IdempotentRequests(ClaimBook book, ITelemetry telemetry)
{
    /// <summary>Whether the client asks for it and the operator offers it.</summary>
    public static bool IsAsked(Call call) =>
        call.Http.Request.Headers.ContainsKey(IdempotencyKey.Header) && call.Snapshot.Config.Idempotency.Keep > TimeSpan.Zero;

    /// <summary>Sets <see cref="Call.Claim"/> where the request is to be made, which <see cref="CloseAsync"/> has to end. Else it is answered already, or refused.</summary>
    /// <returns>Null, or what the client is to be told instead of an answer.</returns>
    public async ValueTask<GatewayError?> OpenAsync(Call call)
    {
        var asked = IdempotencyKey.Read(call);
        if (!asked.IsOk) return asked.Error;
        var claim = asked.Value;
        var keep = call.Snapshot.Config.Idempotency.Keep;
        var result = await book.ClaimAsync(claim, keep);
        if (result.Error is not null) return result.Error;
        if (result.Found is { } record) return await AnswerAsync(call, claim, record);
        telemetry.Idempotency(IdempotencyResult.Claimed);
        call.Claim = new(book, claim, keep);
        return null;
    }

    /// <summary>Before the client is told how the request ended: its retry must find the key free again where that was badly.</summary>
    public async ValueTask CloseAsync(OpenClaim claim)
    {
        claim.Dispose();
        if (claim.IsAnswered) return;
        telemetry.Idempotency(IdempotencyResult.Released);
        await claim.ReleaseAsync();
    }

    private async ValueTask<GatewayError?> AnswerAsync(Call call, IdempotencyClaim claim, IdempotencyRecord record)
    {
        var (result, error) = claim.Digest.Span.SequenceEqual(record.Digest.Span)
            ? record.State switch
            {
                IdempotencyState.Running => (IdempotencyResult.InProgress, IdempotencyErrors.InProgress(record.RequestId)),
                IdempotencyState.Unknown => (IdempotencyResult.Unknown, IdempotencyErrors.OutcomeUnknown(record.RequestId)),
                IdempotencyState.NotKept => (IdempotencyResult.NotKept, IdempotencyErrors.AnswerNotKept(record.RequestId)),
                _ => (IdempotencyResult.Replayed, null),
            }
            : (IdempotencyResult.Reused, IdempotencyErrors.Reused);
        telemetry.Idempotency(result);
        if (error is null) await ReplayAsync(call, record.Answer!, record.RequestId);
        return error;
    }

    /// <remarks>The server's own minimum rate cuts a client that does not read: these bytes are all there, and no pause is a model that thinks.</remarks>
    private static async ValueTask ReplayAsync(Call call, KeptAnswer answer, string originalRequestId)
    {
        var response = call.Http.Response;
        response.StatusCode = answer.Status;
        response.ContentType = answer.ContentType;
        response.ContentLength = answer.Body.Length;
        ResponseHeaders.Set(call);
        if (!call.Fields.Stream) ResponseHeaders.SetCost(call);
        response.Headers["x-gateway-idempotent-replay"] = "true";
        response.Headers["x-gateway-original-request-id"] = originalRequestId;
        call.ContentSent = true;
        await response.BodyWriter.WriteAsync(answer.Body, call.Http.RequestAborted);
    }
}
