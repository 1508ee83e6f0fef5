using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Globalization;

namespace Gateway.Telemetry.Traces;

/// <summary>Puts what the OpenTelemetry SDK only tells its event sources (a collector that cannot be reached, say) into the log, each kind of event once a minute at most.</summary>
internal sealed partial class OtlpDiagnostics(ILogger logger) : EventListener
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<(string, int), long> _last = new();

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name.StartsWith("OpenTelemetry-", StringComparison.Ordinal))
            EnableEvents(eventSource, EventLevel.Warning);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        var now = Environment.TickCount64;
        var kind = (eventData.EventSource.Name, eventData.EventId);
        if (_last.TryGetValue(kind, out var last) && now - last < Quiet.TotalMilliseconds)
            return;
        _last[kind] = now;
        var payload = eventData.Payload is null ? [] : eventData.Payload.ToArray();
        var message = eventData.Message is null ? eventData.EventName : string.Format(CultureInfo.InvariantCulture, eventData.Message, payload);
        // The exception's first line says what is wrong; its stack is of no use to an operator.
        Log.OtlpFailed(logger, message?.Split('\n')[0] ?? "");
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.OtlpFailed, LogLevel.Warning, "OTLP: {Problem}")]
        public static partial void OtlpFailed(ILogger logger, string problem);
    }
}
