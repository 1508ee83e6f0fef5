using Gateway.Config;
using Gateway.Reply;

namespace Gateway.Telemetry.Logs;

/// <summary>Writes what <see cref="ILogger"/> is told to the sink: the message, and each of its parameters as a field of its own.</summary>
internal sealed class SinkLogger(string category, LogSink sink, LogStyle style, TimeProvider time) : ILogger
{
    private const int TypicalLine = 1024;

    /// <summary>Scopes are not shown: what a line needs is in its own parameters.</summary>
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        // Kestrel reports every exception of a request as unhandled; this one is how a failed stream is cut, and the access log has it.
        if (!IsEnabled(logLevel) || exception is AbandonedResponseException)
            return;
        var message = formatter(state, exception);
        var fields = state as IReadOnlyList<KeyValuePair<string, object?>>;
        Span<byte> room = stackalloc byte[TypicalLine];
        if (style.Format == LogFormat.Json)
            WriteJson(logLevel, eventId, message, fields, exception, room);
        else
            WriteText(logLevel, message, exception, room);
    }

    private void WriteJson(
        LogLevel level, EventId id, string message, IReadOnlyList<KeyValuePair<string, object?>>? fields, Exception? exception, Span<byte> room)
    {
        var line = new JsonLine(room);
        try
        {
            line.Begin(time.GetUtcNow(), level.Json());
            line.Field("event"u8, id.Name ?? category);
            if (id.Id != 0)
                line.Field("event_id"u8, id.Id);
            line.Field("logger"u8, category);
            line.Field("msg"u8, message);
            for (var i = 0; i < fields?.Count; i++)
                FieldName.Write(ref line, fields[i]);
            if (exception is not null)
            {
                line.Field("exception"u8, exception.GetType().FullName);
                line.Field("exception_text"u8, exception.ToString());
            }
            sink.Append(line.End());
        }
        finally
        {
            line.Dispose();
        }
    }

    private void WriteText(LogLevel level, string message, Exception? exception, Span<byte> room)
    {
        var line = new TextLine(room, style.Colour);
        try
        {
            line.Begin(time.GetUtcNow());
            line.Level(level);
            line.Word(category.AsSpan(category.LastIndexOf('.') + 1));
            line.Word(message);
            if (exception is not null)
                line.Indented(exception.ToString());
            sink.Append(line.End());
        }
        finally
        {
            line.Dispose();
        }
    }
}
