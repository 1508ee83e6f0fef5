using System.Collections.Concurrent;

namespace Gateway.Telemetry.Logs;

/// <summary>Makes loggers on the one sink. The sink is not its own: it outlives the loggers, so that the last lines of a shutdown are written.</summary>
[ProviderAlias("Gateway")]
internal sealed class SinkLoggerProvider(LogSink sink, LogStyle style, TimeProvider time) : ILoggerProvider
{
    private readonly ConcurrentDictionary<string, SinkLogger> _loggers = new(StringComparer.Ordinal);

    public ILogger CreateLogger(string categoryName) => _loggers.GetOrAdd(categoryName, c => new(c, sink, style, time));

    public void Dispose() => sink.Flush(TimeSpan.FromSeconds(1));
}
