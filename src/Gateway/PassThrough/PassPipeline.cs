using Gateway.Auth;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Overload;
using Gateway.Pipeline;
using Gateway.Reply;
using Gateway.Routing;
using Gateway.Telemetry;
using Gateway.Telemetry.Traces;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.PassThrough;

/// <summary>
/// The ten steps of <see cref="InferencePipeline"/> for a provider's own API: <c>/pass/PROVIDER/PATH</c>. Steps 1 to 4 are here, 5 to 9 are <see cref="PassAttempt"/>, and step 10 closes every request,
/// however it ended.
/// </summary>
internal sealed partial class PassPipeline(
    SnapshotHolder snapshots, Authenticator authenticator, OverloadGuard overload, PassTargets targets, PassAttempt attempts, RequestIdSource ids, ITelemetry telemetry, Tracing tracing, TimeProvider time, ILogger<PassPipeline> log)
{
    public async Task RunAsync(HttpContext http)
    {
        var trace = TraceHeaders.Of(http.Request.Headers);
        const InferenceEndpoint endpoint = InferenceEndpoint.Pass;
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
            (error, var isTold) = await ServeAsync(call);
            if (error is not null && !isTold) await TellAsync(call, error);
        }
        catch (Exception e) when (e is ConnectionResetException || (http.RequestAborted.IsCancellationRequested && e is OperationCanceledException or IOException))
        {
            error = ErrorReply.ClientClosed;   // it left while its body was being read, or while an error was being told
        }
        catch (Exception e) when (e is not AbandonedResponseException)
        {
            Log.Failed(log, call.RequestId, e);
            error = ErrorReply.Internal(call.RequestId);
            await TellAsync(call, error);
        }
        finally
        {
            call.Release();
            overload.Leave(call);
            Tracing.Step(call.Span, RequestStep.Record);                                        // :: 10 metrics, span, log line
            var record = RequestRecords.Of(call, error);
            Tracing.FinishRequest(call.Span, record);
            telemetry.RequestFinished(record);
        }
    }

    private async ValueTask<(GatewayError? Error, bool IsTold)> ServeAsync(Call call)
    {
        Tracing.Step(call.Span, RequestStep.Authenticate);
        var key = authenticator.Authenticate(call.Http, call.Snapshot);                         // :: 1 whose key is it
        if (!key.IsOk) return (key.Error, false);
        call.Key = key.Value;
        var options = CallOptions.Read(call.Http.Request.Headers);
        if (!options.IsOk) return (options.Error, false);
        call.Options = options.Value;
        if (await overload.EnterAsync(call) is { } shed) return (shed, false);                  // one of so many at once, or its turn among those that wait
        Tracing.Step(call.Span, RequestStep.Route);
        var path = PassPath.Read(call.Http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        if (!path.IsOk) return (path.Error, false);
        if (Provider(call, path.Value, out var provider) is { } unroutable) return (unroutable, false);   // :: 4 whose API is it, before the body: it says what is to be read
        Tracing.Step(call.Span, RequestStep.Read);
        var operation = PassSocket.IsAsked(call.Http) ? PassSocket.Operation(path.Value) : PassOperation.Of(call.Http.Request.Method, path.Value.Segments, provider.Manifest.Kind);
        var isBuffered = PassBodies.IsBuffered(call.Http.Request, operation, provider);
        if (await PassBodies.ReadAsync(call, operation, isBuffered) is { } unreadable) return (unreadable, false);   // :: 2 body and policy fields
        if (PassFields.ProblemOf(call.Fields.Model) is { } unnamable)
        {
            call.Fields.Model = "";   // not into a header
            return (unnamable, false);
        }

        var (model, target) = targets.Of(call.Snapshot, provider, call.Fields.Model, operation);
        call.Model = model;
        call.Fields.Model = model.Name;
        var plan = new PassPlan { Path = path.Value, Operation = operation, Model = model, Target = target, IsBuffered = isBuffered };
        return plan.Unbounded(call) is { } unbounded ? (unbounded, false) : await attempts.RunAsync(call, plan);
    }

    /// <summary>A key that may not use a provider learns nothing about whether there is one of that name.</summary>
    private static GatewayError? Provider(Call call, PassPath path, out ProviderEntry provider)
    {
        provider = null!;
        if (call.Key!.Models is { } allowed && !allowed.Allows($"{path.Provider}/*"))
            return new(ErrorKind.ModelNotAllowed, $"This API key may not use the API of provider '{path.Provider}': its list of models would have to allow all of them ({path.Provider}/*).");
        if (!call.Snapshot.Providers.TryGetValue(path.Provider, out var found) || found.Connection is null)
            return new(ErrorKind.NotFound, $"There is no provider '{path.Provider}' with an API to pass requests to.");
        if (Credential.Read(call.Http.Request.Headers) is { IsOk: true, Value: { } shown } && path.Query.Contains(shown, StringComparison.Ordinal))
            return new(ErrorKind.InvalidRequest, "The query has this gateway's API key in it, which is not for the provider. Send the key in a header alone.");
        provider = found;
        return null;
    }

    private static async ValueTask TellAsync(Call call, GatewayError error)
    {
        var http = call.Http;
        if (error.Kind == ErrorKind.ClientClosed || http.RequestAborted.IsCancellationRequested)
        {
            http.Abort();   // nobody to tell, or somebody who does not read
            return;
        }

        if (http.Response.HasStarted) throw new AbandonedResponseException();   // in whatever format it is: what was cut must not end well
        http.Response.Clear();
        ResponseHeaders.SetRequestId(http.Response, call.RequestId);
        ResponseHeaders.Set(call);
        await ErrorWriter.WriteAsync(http.Response, error, http.RequestAborted);
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.PassFailed, LogLevel.Error, "{RequestId}: the request failed by a bug of the gateway")]
        public static partial void Failed(ILogger logger, string requestId, Exception exception);
    }
}
