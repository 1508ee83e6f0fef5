using System.Buffers;
using System.Text;
using Gateway.Config;
using Gateway.Core.Money;
using Gateway.Core.Usage;
using Gateway.Telemetry;
using Gateway.Telemetry.Logs;
using Gateway.Telemetry.Metrics;

namespace Gateway.Tests.Telemetry;

/// <summary>The telemetry of a gateway whose configuration names one key, one team, two models and two providers; its log goes to memory.</summary>
internal sealed class TelemetryRig : IDisposable
{
    public const string Chat = "/v1/chat/completions";

    public TelemetryRig(LogFormat format = LogFormat.Json, SeriesCap? cap = null, MetricSources? sources = null)
    {
        foreach (var name in new[] { "web-app", "growth", "fast", "smart", "openai", "anthropic", "gpt-4o-mini", "claude-haiku-4-5" })
            Names.Intern(name);
        Sink = new(Output);
        Style = new(format, Colour: false);
        Metrics = new(sources ?? new(), cap);
        Telemetry = new(Metrics, new LabelNames(Names), new AccessLog(Sink, Style, TimeProvider.System));
    }

    public NamePool Names { get; } = new();

    public MemoryStream Output { get; } = new();

    public LogSink Sink { get; }

    public LogStyle Style { get; }

    public GatewayMetrics Metrics { get; }

    public GatewayTelemetry Telemetry { get; }

    /// <summary>A streamed answer of 11 tokens in 1.25 s that cost 12,345 nano-dollars.</summary>
    public RequestRecord Answered() => new()
    {
        Endpoint = Chat,
        RequestId = "req_01HZX3",
        Model = Known("fast"),
        Provider = Known("openai"),
        TargetModel = Known("gpt-4o-mini"),
        Key = Known("web-app"),
        Team = Known("growth"),
        Status = 200,
        Stream = true,
        Attempts = 1,
        Duration = TimeSpan.FromMilliseconds(1250),
        Overhead = TimeSpan.FromMicroseconds(80),
        FirstByte = TimeSpan.FromMilliseconds(250),
        Usage = new TokenUsage { Input = 30, CacheRead = 20, Output = 11, Reasoning = 4 },
        UsageSource = UsageSource.Exact,
        Cost = new NanoUsd(12_345),
    };

    /// <summary>Refused for its key, before anything else was known.</summary>
    public static RequestRecord Refused() => new()
    {
        Endpoint = Chat,
        RequestId = "req_01HZX4",
        Status = 401,
        Duration = TimeSpan.FromMicroseconds(200),
        Overhead = TimeSpan.FromMicroseconds(200),
        ErrorCode = "invalid_api_key",
    };

    /// <summary>The family as it stands on /metrics.</summary>
    public static string Text(params MetricFamily[] families)
    {
        var output = new ArrayBufferWriter<byte>();
        var text = new PrometheusText(output);
        foreach (var family in families)
        {
            text.Header(family);
            foreach (var series in family.Read())
                text.Series(family, series);
        }
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>Every line logged so far.</summary>
    public string[] Lines()
    {
        Sink.Flush(TimeSpan.FromSeconds(10)).Should().BeTrue();
        return Encoding.UTF8.GetString(Output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public void Dispose() => Sink.Dispose();

    private string Known(string name) => Names.Intern(name);
}
