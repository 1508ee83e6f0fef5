using Gateway.Auth;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Idempotency;
using Gateway.Reply;
using Gateway.Routing;
using Gateway.Telemetry;
using Gateway.Telemetry.Traces;
using Microsoft.AspNetCore.Connections;

namespace Gateway.Pipeline;

/// <summary>
/// The one way a request goes, in ten steps; docs/request-path.md tells the same story with a picture. Steps 1 to 4 are here, one attempt's 5 to 9 are
/// <see cref="AttemptRunner"/>, and step 10 closes every request, however it ended.
/// </summary>
internal sealed partial class InferencePipeline(
    SnapshotHolder snapshots, Authenticator authenticator, IdempotentRequests idempotency, AttemptRunner attempts, PromptCounter counter, RequestIdSource ids,
    ITelemetry telemetry, Tracing tracing, TimeProvider time, ILogger<InferencePipeline> log)
{
    public async Task RunAsync(HttpContext http, InferenceEndpoint endpoint)
    {
        var trace = TraceHeaders.Of(http.Request.Headers);
        var call = new Call(http, endpoint, snapshots.Current, ids.Next(out var chance), chance, time)
        {
            Trace = trace,
            Span = tracing.StartRequest(http.Request, endpoint.Route(), trace),
        };
        telemetry.RequestStarted(endpoint.Route());
        ResponseHeaders.SetRequestId(http.Response, call.RequestId);
        GatewayError? error = null;
        try
        {
            error = await ServeAsync(call);
            if (error is not null) await ErrorReply.WriteAsync(call, error);
        }
        catch (Exception e) when (e is ConnectionResetException || (http.RequestAborted.IsCancellationRequested && e is OperationCanceledException or IOException))
        {
            error = ErrorReply.ClientClosed;   // it left while its body was being read, or while an error was being told
        }
        catch (Exception e) when (e is not AbandonedResponseException)
        {
            Log.Failed(log, call.RequestId, e);
            error = ErrorReply.Internal(call.RequestId);
            await ErrorReply.WriteAsync(call, error);
        }
        finally
        {
            call.Release();
            Record(call, error);                                                            // :: 10 metrics, span, log line
        }
    }

    private async ValueTask<GatewayError?> ServeAsync(Call call)
    {
        Tracing.Step(call.Span, RequestStep.Authenticate);
        var key = authenticator.Authenticate(call.Http.Request.Headers, call.Snapshot);     // :: 1 whose key is it
        if (!key.IsOk) return key.Error;
        call.Key = key.Value;
        Tracing.Step(call.Span, RequestStep.Read);
        if (await ReadAsync(call) is { } unreadable) return unreadable;                     // :: 2 body and policy fields
                                                                                            // :: 3 function, prompt template: none in this version
        Tracing.Step(call.Span, RequestStep.Route);
        if (Route(call) is { } unroutable) return unroutable;                               // :: 4 name → model and its targets
        if (call.Endpoint == InferenceEndpoint.CountTokens && !call.Model!.Targets.Any(t => Serves(t.Provider.Manifest, call))) return await counter.AnswerAsync(call);
        if (IdempotentRequests.IsAsked(call))
        {
            var answered = await idempotency.OpenAsync(call);                               // of several alike, one goes on
            if (call.Claim is null) return answered;
        }

        try
        {
            var order = new TargetOrder(call.Model!, call.Chance);
            GatewayError? failed = null;
            while (NextTarget(ref order, call) is { } target)
            {
                if (failed is not null) telemetry.FellBack(call.Model!.Label, AttemptOutcomes.Of(failed));
                failed = await attempts.RunAsync(call, target);                             // :: 5-9 admit, translate, send, reply, settle
                if (failed is null || !MayTryNext(call, failed)) return failed;
                Log.TargetFailed(log, call.RequestId, target.Name, failed.Kind);
            }

            return failed ?? new(ErrorKind.InvalidRequest, $"The model '{call.Fields.Model}' cannot serve {call.Endpoint.Route()}.", "model");
        }
        finally
        {
            if (call.Claim is { } claim) await idempotency.CloseAsync(claim);
        }
    }

    private void Record(Call call, GatewayError? error)
    {
        Tracing.Step(call.Span, RequestStep.Record);
        var record = RequestRecords.Of(call, error);
        Tracing.FinishRequest(call.Span, record);
        telemetry.RequestFinished(record);
    }

    private static async ValueTask<GatewayError?> ReadAsync(Call call)
    {
        var options = CallOptions.Read(call.Http.Request.Headers);
        if (!options.IsOk) return options.Error;
        call.Options = options.Value;
        var body = await BodyReader.ReadAsync(call.Http.Request, call.Snapshot.Config.Server.MaxBody, call.Http.RequestAborted);
        if (!body.IsOk) return body.Error;
        call.Body = body.Value;
        return BodyScan.Scan(call.Body.Span, ref call.Members) ?? RequestFields.Read(call.Body.Span, call.Members, call.Endpoint, out call.Fields);
    }

    /// <summary>A key that may not use a name learns nothing about whether the name exists.</summary>
    private static GatewayError? Route(Call call)
    {
        var asked = call.Fields.Model;
        var model = call.Snapshot.Models.Find(asked);
        if (call.Key!.Models is { } allowed && !allowed.Allows(asked) && !(model is not null && allowed.Allows(model.Name)))
            return new(ErrorKind.ModelNotAllowed, $"This API key may not use the model '{asked}'. GET /v1/models lists those it may use.", "model");
        if (model is null)
            return new(ErrorKind.ModelNotFound, $"The model '{asked}' does not exist. GET /v1/models lists those this key may use.", "model");
        call.Model = model;
        return null;
    }

    private static Target? NextTarget(ref TargetOrder order, Call call)
    {
        while (order.Next() is { } target)
            if (Serves(target.Provider.Manifest, call)) return target;
        return null;
    }

    private static bool Serves(ProviderManifest manifest, Call call) =>
        manifest.Serves(call.Endpoint) || (call.IsBeforeHub && manifest.Serves(InferenceEndpoint.ChatCompletions));

    private static bool MayTryNext(Call call, GatewayError failed) =>
        !call.ContentSent && call.Options.Fallbacks && !call.Http.RequestAborted.IsCancellationRequested
        && (ErrorTable.Describe(failed.Kind).TryNextTarget || failed.UpstreamStatus == StatusCodes.Status429TooManyRequests || call.TargetIsFull);

    private static partial class Log
    {
        [LoggerMessage(EventIds.RequestFailed, LogLevel.Error, "{RequestId}: the request failed by a bug of the gateway")]
        public static partial void Failed(ILogger logger, string requestId, Exception exception);

        [LoggerMessage(EventIds.TargetFailed, LogLevel.Warning, "{RequestId}: target {Target} failed ({Kind})")]
        public static partial void TargetFailed(ILogger logger, string requestId, string target, ErrorKind kind);
    }
}
