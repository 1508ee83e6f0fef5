namespace Gateway.Telemetry.Logs;

/// <summary>Writes the last lines when the process ends by an unhandled exception, or without the host having been stopped.</summary>
internal sealed class CrashFlush : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly LogSink _sink;

    public CrashFlush(LogSink sink)
    {
        _sink = sink;
        AppDomain.CurrentDomain.UnhandledException += OnCrash;
        AppDomain.CurrentDomain.ProcessExit += OnExit;
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.UnhandledException -= OnCrash;
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
    }

    private void OnCrash(object sender, UnhandledExceptionEventArgs e) => _sink.Flush(Patience);

    private void OnExit(object? sender, EventArgs e) => _sink.Flush(Patience);
}
