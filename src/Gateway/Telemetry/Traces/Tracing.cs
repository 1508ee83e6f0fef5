using System.Diagnostics;
using System.Globalization;
using Gateway.Routing;
using Gateway.Telemetry.Metrics;

namespace Gateway.Telemetry.Traces;

/// <summary>
/// One server span per request and one client span per upstream attempt. While nobody listens every method returns at once and nothing is allocated;
/// every method takes the null that <see cref="StartRequest"/> then returned.
/// </summary>
/// <remarks>Never a prompt, a completion, a key or the value of a header.</remarks>
internal sealed class Tracing : IDisposable
{
    public const string SourceName = "Gateway";

    private readonly ActivitySource _source = new(SourceName, BuildInfo.Of(typeof(Tracing).Assembly).Version);

    /// <summary>Begins the server span, below the client's span where it sent one.</summary>
    /// <param name="endpoint">The route.</param>
    /// <param name="incoming">The client's trace context.</param>
    public Activity? StartRequest(HttpRequest request, string endpoint, in TraceHeaders incoming)
    {
        if (!_source.HasListeners())
            return null;
        ActivityContext.TryParse(incoming.Parent, incoming.State, isRemote: true, out var parent);
        var operation = GenAiNames.Operation(endpoint);
        var span = _source.StartActivity(operation ?? $"{request.Method} {endpoint}", ActivityKind.Server, parent);
        if (span is not { IsAllDataRequested: true })
            return span;
        span.SetTag(GenAiNames.HttpMethod, request.Method);
        span.SetTag(GenAiNames.HttpRoute, endpoint);
        span.SetTag(GenAiNames.UrlScheme, request.Scheme);
        span.SetTag(GenAiNames.ServerAddress, request.Host.Host);
        if (request.Host.Port is { } port)
            span.SetTag(GenAiNames.ServerPort, port);
        if (operation is not null)
            span.SetTag(GenAiNames.OperationName, operation);
        return span;
    }

    /// <summary>Marks that a step begins.</summary>
    public static void Step(Activity? request, RequestStep step)
    {
        if (request is { IsAllDataRequested: true })
            request.AddEvent(new ActivityEvent(step.Name(), default, step.Number()));
    }

    /// <summary>Begins the client span of one attempt, below the request's.</summary>
    /// <param name="address">Where it is sent; null for a model in the process.</param>
    /// <param name="attempt">1 for the first.</param>
    public Activity? StartAttempt(Activity? request, string endpoint, Target target, Uri? address, int attempt)
    {
        if (request is null)
            return null;
        var operation = GenAiNames.Operation(endpoint) ?? endpoint;
        var span = _source.StartActivity(ActivityKind.Client, request.Context, name: $"{operation} {target.Model}");
        if (span is not { IsAllDataRequested: true })
            return span;
        var provider = GenAiNames.OfKind(target.Provider.Manifest.Kind);
        span.SetTag(GenAiNames.OperationName, operation);
        span.SetTag(GenAiNames.ProviderName, provider);
        span.SetTag(GenAiNames.Provider, target.Provider.Name);
        span.SetTag(GenAiNames.RequestModel, target.Model);
        span.SetTag(GenAiNames.Attempt, attempt);
        if (address is not null)
        {
            span.SetTag(GenAiNames.ServerAddress, address.IdnHost);
            span.SetTag(GenAiNames.ServerPort, address.Port);
        }
        // The last attempt's provider is the one that answered.
        request.SetTag(GenAiNames.ProviderName, provider);
        return span;
    }

    /// <summary>Ends an attempt's span.</summary>
    /// <param name="status">The upstream's status; null where it never answered.</param>
    public static void FinishAttempt(Activity? span, AttemptOutcome outcome, int? status)
    {
        if (span is null)
            return;
        if (span.IsAllDataRequested)
        {
            if (status is { } code)
                span.SetTag(GenAiNames.HttpStatus, code);
            if (outcome is not AttemptOutcome.Success)
            {
                span.SetTag(GenAiNames.ErrorType, outcome.Label());
                span.SetStatus(ActivityStatusCode.Error);
            }
        }
        span.Dispose();
    }

    /// <summary>Ends the request's span, and gives it its name: the operation and the model.</summary>
    public static void FinishRequest(Activity? span, in RequestRecord record)
    {
        if (span is null)
            return;
        if (span.IsAllDataRequested)
            Describe(span, in record);
        span.Dispose();
    }

    public void Dispose() => _source.Dispose();

    private static void Describe(Activity span, in RequestRecord record)
    {
        if (record.Model is not null)
        {
            if (GenAiNames.Operation(record.Endpoint) is { } operation)
                span.DisplayName = $"{operation} {record.Model}";
            span.SetTag(GenAiNames.RequestModel, record.Model);
        }
        span.SetTag(GenAiNames.RequestId, record.RequestId);
        span.SetTag(GenAiNames.Key, record.Key);
        span.SetTag(GenAiNames.Team, record.Team);
        span.SetTag(GenAiNames.Attempts, record.Attempts);
        span.SetTag(GenAiNames.HttpStatus, record.Status);
        if (record.Provider is not null)
            DescribeAnswer(span, in record);
        if (record.Status >= 500)
            span.SetStatus(ActivityStatusCode.Error);
        if (record.Status >= 500 || record.ErrorCode is not null)
            span.SetTag(GenAiNames.ErrorType, record.ErrorCode ?? record.Status.ToString(CultureInfo.InvariantCulture));
    }

    private static void DescribeAnswer(Activity span, in RequestRecord record)
    {
        span.SetTag(GenAiNames.Provider, record.Provider);
        span.SetTag(GenAiNames.RequestStream, record.Stream);
        span.SetTag(GenAiNames.ResponseModel, record.ResponseModel ?? record.TargetModel);
        if (record.FinishReason is not null)
            span.SetTag(GenAiNames.FinishReasons, new[] { record.FinishReason });
        if (record.FirstByte is { } firstByte)
            span.SetTag(GenAiNames.TimeToFirstChunk, firstByte.TotalSeconds);
        ref readonly var usage = ref record.Usage;
        // The convention counts cached tokens as input; ours are disjoint.
        span.SetTag(GenAiNames.InputTokens, usage.PromptTotal);
        span.SetTag(GenAiNames.OutputTokens, usage.Output);
        if (usage.CacheRead > 0)
            span.SetTag(GenAiNames.CacheReadTokens, usage.CacheRead);
        if (usage.CacheWrite + usage.CacheWriteHour is > 0 and var written)
            span.SetTag(GenAiNames.CacheWriteTokens, written);
        if (usage.Reasoning > 0)
            span.SetTag(GenAiNames.ReasoningTokens, usage.Reasoning);
        span.SetTag(GenAiNames.CostUsd, (double)record.Cost.Dollars);
    }
}
