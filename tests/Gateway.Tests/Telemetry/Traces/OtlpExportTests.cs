using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Gateway.Telemetry.Logs;
using Gateway.Telemetry.Metrics;
using Gateway.Telemetry.Traces;
using Gateway.Tests.Telemetry.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Telemetry.Traces;

[Collection(nameof(TracingTurn))]
public class OtlpExportTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Spans_and_metrics_reach_a_collector(bool grpc)
    {
        await using var receiver = await OtlpReceiver.StartAsync(grpc);
        using var rig = new TelemetryRig(sources: GatewayMetricsTests.All());
        using var tracing = new Tracing();
        var endpoint = grpc ? receiver.Address : new Uri(receiver.Address, "collector");
        using var export = new OtlpExport(endpoint, rig.Metrics, NullLogger<OtlpExport>.Instance);
        await export.StartAsync(CancellationToken.None);

        var record = rig.Answered();
        (record.ResponseModel, record.FinishReason) = ("gpt-4o-mini-2024-07-18", "stop");
        TracingTests.Whole(tracing, TracingTests.Request(), TracingTests.Target(), in record);
        rig.Telemetry.RequestFinished(in record);
        await export.StopAsync(CancellationToken.None);

        receiver.Received.Select(static r => r.Path).Distinct().Should().BeEquivalentTo(grpc
            ? ["/opentelemetry.proto.collector.trace.v1.TraceService/Export", "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export"]
            : new[] { "/collector/v1/traces", "/collector/v1/metrics" });
        ShouldHoldTheSpans(receiver);
        ShouldHoldTheMetrics(receiver, rig.Metrics);
    }

    [Fact]
    public async Task A_collector_that_is_away_is_in_the_log_and_stops_nothing()
    {
        using var rig = new TelemetryRig();
        var logger = new SinkLoggerProvider(rig.Sink, rig.Style, TimeProvider.System).CreateLogger("Gateway.Telemetry");
        using var tracing = new Tracing();
        using var export = new OtlpExport(new Uri($"http://127.0.0.1:{UnusedPort()}"), rig.Metrics, new Forward(logger));
        await export.StartAsync(CancellationToken.None);

        var record = rig.Answered();
        TracingTests.Whole(tracing, TracingTests.Request(), TracingTests.Target(), in record);
        await export.StopAsync(CancellationToken.None);

        var line = rig.Lines().First();
        JsonDocument.Parse(line).RootElement.GetProperty("event").GetString().Should().Be("OtlpFailed");
    }

    [Fact]
    public async Task Once_stopped_histograms_are_recorded_once_again()
    {
        await using var receiver = await OtlpReceiver.StartAsync(grpc: true);
        using var rig = new TelemetryRig();
        var export = new OtlpExport(receiver.Address, rig.Metrics, NullLogger<OtlpExport>.Instance);
        await export.StartAsync(CancellationToken.None);
        rig.Metrics.RequestDuration.Twin.Should().NotBeNull();

        await export.StopAsync(CancellationToken.None);
        export.Dispose();

        rig.Metrics.RequestDuration.Twin.Should().BeNull();
    }

    private static void ShouldHoldTheSpans(OtlpReceiver receiver)
    {
        var spans = receiver.Spans().ToDictionary(static s => s.Text(5));
        spans.Keys.Should().BeEquivalentTo("chat fast", "chat gpt-4o-mini");
        var (request, attempt) = (spans["chat fast"], spans["chat gpt-4o-mini"]);
        Convert.ToHexStringLower(request.Bytes(1)).Should().Be("0af7651916cd43dd8448eb211c80319c");
        Convert.ToHexStringLower(request.Bytes(4)).Should().Be("b7ad6b7169203331");
        attempt.Bytes(4).Should().Equal(request.Bytes(2));
        (request.Number(6), attempt.Number(6)).Should().Be((2UL, 3UL), "OTLP numbers server spans 2 and client spans 3");
        request.Attributes(9).Should().Contain(new Dictionary<string, string>
        {
            ["gen_ai.operation.name"] = "chat",
            ["gen_ai.provider.name"] = "azure.ai.openai",
            ["gen_ai.response.model"] = "gpt-4o-mini-2024-07-18",
            ["gen_ai.response.finish_reasons"] = "[stop]",
            ["gen_ai.usage.input_tokens"] = "50",
            ["gen_ai.usage.output_tokens"] = "11",
            ["http.response.status_code"] = "200",
            ["gateway.cost_usd"] = "1.2345E-05",
        });
        request.All(11).Select(static e => e.Text(2)).Should().Equal("authenticate", "send");
        attempt.Attributes(9).Should().Contain("error.type", "rate_limited");
        request.Attributes(9).Concat(attempt.Attributes(9)).Should().NotContain(static a => a.Value.Contains("canary", StringComparison.Ordinal));
    }

    private static void ShouldHoldTheMetrics(OtlpReceiver receiver, GatewayMetrics metrics)
    {
        var received = receiver.Metrics().ToDictionary(static m => m.Text(1));
        var expected = metrics.Families.Where(static f => f.Read().Any()).Select(static f => f.Name);
        received.Keys.Should().BeEquivalentTo(expected);
        // Metric.sum = 7, Sum.data_points = 1, NumberDataPoint.attributes = 7, as_double = 4, as_int = 6.
        var cost = received["gateway_cost_usd_total"].All(7).Single().All(1).Single();
        cost.Attributes(7).Should().Contain("key", "web-app").And.Contain("model", "fast");
        BitConverter.UInt64BitsToDouble(cost.Number(4)).Should().Be(0.000012345);
        received["gateway_requests_total"].All(7).Single().All(1).Single().Number(6).Should().Be(1);
        // Metric.histogram = 9; HistogramDataPoint.count = 4, sum = 5.
        var duration = received["gateway_request_duration_seconds"].All(9).Single().All(1).Single();
        duration.Number(4).Should().Be(1);
        BitConverter.UInt64BitsToDouble(duration.Number(5)).Should().Be(1.25);
    }

    private static int UnusedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class Forward(ILogger inner) : ILogger<OtlpExport>
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            inner.Log(logLevel, eventId, state, exception, formatter);
    }
}
