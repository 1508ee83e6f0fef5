using Gateway.Auth;
using Gateway.Cache;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Explaining;
using Gateway.Idempotency;
using Gateway.Overload;
using Gateway.Prompts;
using Gateway.Reply;
using Gateway.Routing;
using Gateway.Telemetry;
using Gateway.Telemetry.Traces;
using Microsoft.AspNetCore.Connections;

namespace Gateway.Pipeline;

/// <summary>
/// The one way a request goes, in ten steps; docs/request-path.md tells the same story with a picture. Steps 1 to 4 are here, 5 to 9 are, target after target,
/// <see cref="AttemptLoop"/> and <see cref="AttemptRunner"/>, and step 10 closes every request, however it ended.
/// </summary>
internal sealed partial class InferencePipeline(
    SnapshotHolder snapshots, Authenticator authenticator, OverloadGuard overload, IdempotentRequests idempotency, ResponseCache cache, AttemptLoop attempts, PromptCounter counter, Explainer explainer, RequestIdSource ids,
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
            overload.Leave(call);
            Record(call, error);                                                            // :: 10 metrics, span, log line
        }
    }

    private async ValueTask<GatewayError?> ServeAsync(Call call)
    {
        Tracing.Step(call.Span, RequestStep.Authenticate);
        var key = authenticator.Authenticate(call.Http, call.Snapshot);                     // :: 1 whose key is it
        if (!key.IsOk) return key.Error;
        call.Key = key.Value;
        var options = CallOptions.Read(call.Http.Request.Headers);
        if (!options.IsOk) return options.Error;
        call.Options = options.Value;
        if (await overload.EnterAsync(call) is { } shed) return shed;                       // one of so many at once, or its turn among those that wait
        Tracing.Step(call.Span, RequestStep.Read);
        if (await ReadAsync(call) is { } unreadable) return unreadable;                     // :: 2 body and policy fields
        if (PromptStep.Apply(call) is { } unprompted) return unprompted;                    // :: 3 function, prompt template → messages and parameters
        Tracing.Step(call.Span, RequestStep.Route);
        if (Route(call) is { } unroutable) return unroutable;                               // :: 4 name → model and its targets
        if (call.Endpoint == InferenceEndpoint.CountTokens && !call.Model!.Targets.Any(t => Candidates.Serves(t.Provider.Manifest, call))) return await counter.AnswerAsync(call);
        if (call.Options.Explain) call.Note = ExplainNote.Of(explainer.Explain(call));
        if (IdempotentRequests.IsAsked(call))
        {
            var answered = await idempotency.OpenAsync(call);                               // of several alike, one goes on
            if (call.Claim is null) return answered;
        }

        try
        {
            var known = await cache.OpenAsync(call);                                        // an answer that was given before
            if (!known.IsOk) return known.Error;
            return known.Value ? null : await attempts.RunAsync(call);                                         // :: 5-9 admit, translate, send, reply, settle
        }
        finally
        {
            call.Fill?.Dispose();
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
        var body = await BodyReader.ReadAsync(call.Http.Request, call.Snapshot.Config.Server.MaxBody, call.Http.RequestAborted);
        if (!body.IsOk) return body.Error;
        call.Body = body.Value;
        return BodyScan.Scan(call.Body.Span, ref call.Members) ?? RequestFields.Read(call.Body.Span, call.Members, call.Endpoint, out call.Fields, call.Options.Prompt is not null);
    }

    /// <summary>A key that may not use a name learns nothing about whether the name exists.</summary>
    public static GatewayError? Route(Call call)
    {
        var asked = call.Function?.Model ?? call.Fields.Model;
        var model = call.Snapshot.Models.Find(asked);
        if (call.Function is null && call.Key!.Models is { } allowed && !allowed.Allows(asked) && !(model is not null && allowed.Allows(model.Name)))
            return ModelErrors.NotAllowed(asked);
        if (model is null) return ModelErrors.NotFound(asked);
        call.Model = model;
        return null;
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.RequestFailed, LogLevel.Error, "{RequestId}: the request failed by a bug of the gateway")]
        public static partial void Failed(ILogger logger, string requestId, Exception exception);
    }
}
