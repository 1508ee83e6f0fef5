using System.Globalization;
using Gateway.Admission;
using Gateway.Core.Errors;
using Gateway.Core.Money;
using Gateway.Core.Providers;
using Gateway.Core.Stores;
using Gateway.Metering;
using Gateway.Pipeline;
using Gateway.Reply;
using Gateway.Telemetry;

namespace Gateway.Cache;

/// <summary>Gives a kept answer once more, byte by byte. It costs nothing and no budget is asked; it is a request all the same, for limits of requests and in the ledger.</summary>
internal sealed class CacheReplay(IAdmission admission, ILedger ledger, ITelemetry telemetry)
{
    /// <returns>Null when the client has it; else why not.</returns>
    public async ValueTask<GatewayError?> ServeAsync(Call call, CachedAnswer answer)
    {
        var request = new AdmissionRequest(call.RequestId, 1, call.Key!, call.Endpoint, call.Model!, call.Model!.Targets[0], 0, 0) { IsLocal = true };
        var admitted = await admission.EnterAsync(request, call.Http.RequestAborted);
        if (!admitted.IsAdmitted) return RefusedCall.Tell(call, admitted.Rejection, telemetry);
        call.RateLimits = admitted.Reservation.RateLimits;
        try
        {
            // As for any answer: no client has one that the ledger does not know of.
            await ledger.AppendAsync(Row(call, admitted.Reservation, answer), CancellationToken.None);
            if (call.Claim is { } claim) await claim.AnswerAsync(answer.ContentType, answer.Body);
            await WriteAsync(call, answer);
            return null;
        }
        finally
        {
            admitted.Reservation.Settle(NanoUsd.Zero, default);
        }
    }

    /// <remarks>The server's own minimum rate cuts a client that does not read: these bytes are all there, and no pause is a model that thinks.</remarks>
    private static async ValueTask WriteAsync(Call call, CachedAnswer answer)
    {
        call.CacheState = CacheStates.Hit;
        var response = call.Http.Response;
        if (response.HasStarted) ResponseHeaders.GiveBackPace(response);   // with comment lines, while it waited
        else SetHeaders(call, answer);
        call.ContentSent = true;
        call.FirstByte = call.Elapsed;
        await response.BodyWriter.WriteAsync(answer.Body, call.Http.RequestAborted);
    }

    private static void SetHeaders(Call call, CachedAnswer answer)
    {
        var response = call.Http.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = answer.ContentType;
        response.ContentLength = answer.Body.Length;
        ResponseHeaders.Set(call);
        ResponseHeaders.SetCost(call);
        response.Headers["x-gateway-target"] = answer.Target;
        response.Headers["x-gateway-original-request-id"] = answer.RequestId;
        if (call.CacheSimilarity is { } similarity) response.Headers["x-gateway-cache-similarity"] = similarity.ToString("0.0000", CultureInfo.InvariantCulture);
        if (answer.DroppedParams is { } dropped) response.Headers["x-gateway-dropped-params"] = dropped;
    }

    private static LedgerRow Row(Call call, Reservation reservation, CachedAnswer answer) => new()
    {
        AttemptId = reservation.AttemptId,
        RequestId = call.RequestId,
        At = reservation.At,
        Key = call.Key!.Name,
        Team = call.Key.Team,
        Endpoint = call.Endpoint.Route(),
        Model = answer.Model,
        Provider = answer.Provider,
        TargetModel = answer.TargetModel,
        Stream = call.Fields.Stream,
        Status = StatusCodes.Status200OK,
        Usage = answer.Usage,
        UsageSource = answer.UsageSource,
        Cost = NanoUsd.Zero,
        Saved = answer.Cost,
        ConfigGeneration = call.Snapshot.Generation,
        DurationMs = call.Elapsed.TotalMilliseconds,
        TtftMs = call.Elapsed.TotalMilliseconds,
        Tags = call.Options.Tags,
        User = call.Options.User ?? call.Fields.User,
        Function = call.Function?.Name,
        PromptVersion = call.Prompt?.Label,
        Explain = call.Note?.Text(),
    };
}
