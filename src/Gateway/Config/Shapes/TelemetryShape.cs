using Gateway.Config.Binding;
using Gateway.Config.Values;

namespace Gateway.Config.Shapes;

/// <summary><c>telemetry: { metrics: { path: /metrics }, otlp: …, logs: json }</c></summary>
internal static class TelemetryShape
{
    private static readonly TelemetryConfig Defaults = new();

    private static readonly Key<string> Path = new("path", Texts.MetricsPath, "Where Prometheus scrapes.") { Default = Defaults.Metrics.Path, AtNextStart = true };

    private static readonly RecordKind<MetricsConfig> MetricsKind = new("metrics", [Path], static m => new() { Path = m.Get(Path) });

    private static readonly Key<MetricsConfig> Metrics = new("metrics", MetricsKind, "Metrics in Prometheus' text format.") { Default = Defaults.Metrics };

    private static readonly Key<Uri> Otlp = new("otlp", new UrlKind("http://127.0.0.1:4317"), "An OpenTelemetry collector (gRPC) that gets traces and metrics, as http://127.0.0.1:4317; absent: nothing is sent.") { AtNextStart = true };

    private static readonly Key<LogFormat> Logs = new("logs", new ChoiceKind<LogFormat>([("json", LogFormat.Json), ("text", LogFormat.Text)]), "json: one object a line; text: for people.") { Default = Defaults.Logs, AtNextStart = true };

    private static readonly Key<TimeSpan> Retention = new("retention", new DurationKind(TelemetryConfig.ShortestRetention, TimeSpan.FromDays(3660)), "How long the ledger keeps rows, 32d at least; older ones are added up by day and deleted. Absent: for ever.");

    public static readonly RecordKind<TelemetryConfig> Kind = new("telemetry", [Metrics, Otlp, Logs, Retention], static m => new()
    {
        Metrics = m.Get(Metrics),
        Otlp = m.Get(Otlp),
        Logs = m.Get(Logs),
        Retention = m.GetOrNull(Retention),
    })
    {
        NotYet = ["content"],
    };
}
