using Gateway.Telemetry.Metrics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Gateway.Telemetry.Traces;

/// <summary>Sends spans and metrics to an OTLP collector while the host runs. What OpenTelemetry's own environment variables say (sampler, interval, headers) holds.</summary>
/// <param name="endpoint">The collector: gRPC, or HTTP where the port is 4318 or a path is given, to which <c>v1/traces</c> and <c>v1/metrics</c> are added.</param>
internal sealed class OtlpExport(Uri endpoint, GatewayMetrics metrics, ILogger<OtlpExport> logger) : IHostedService, IDisposable
{
    private const string ServiceName = "gateway";

    /// <remarks>The port of OTLP over HTTP in OpenTelemetry's specification; 4317 is gRPC's.</remarks>
    private const int HttpPort = 4318;

    /// <summary>How long shutting down waits for the collector, for traces and for metrics each.</summary>
    private static readonly TimeSpan LastExport = TimeSpan.FromSeconds(3);

    private OtlpDiagnostics? _diagnostics;
    private OtlpMetrics? _mirror;
    private MeterProvider? _meters;
    private TracerProvider? _traces;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _diagnostics = new(logger);
        _mirror = new(metrics);
        _traces = Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(Describe)
            .AddSource(Tracing.SourceName)
            .AddOtlpExporter(options => Point(options, "v1/traces"))
            .Build();
        _meters = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(Describe)
            .AddMeter(OtlpMetrics.MeterName)
            // The SDK's own limit is 2,000 series a metric; ours is kept by the registry.
            .AddView(instrument => IsWide(instrument.Name) ? new MetricStreamConfiguration { CardinalityLimit = metrics.Cap.MaxSeries + 1 } : null)
            .AddOtlpExporter(options => Point(options, "v1/metrics"))
            .Build();
        return Task.CompletedTask;
    }

    /// <summary>Exports what is there, waiting for the collector a few seconds at most.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            _traces?.Shutdown((int)LastExport.TotalMilliseconds);
            _meters?.Shutdown((int)LastExport.TotalMilliseconds);
        },
        CancellationToken.None);

    public void Dispose()
    {
        _traces?.Dispose();
        _meters?.Dispose();
        _mirror?.Dispose();
        _diagnostics?.Dispose();
    }

    /// <summary>Sends what is there now.</summary>
    internal void Flush()
    {
        _traces?.ForceFlush();
        _meters?.ForceFlush();
    }

    // Later detectors win: OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES over our own name.
    private static void Describe(ResourceBuilder resource) => resource
        .AddService(ServiceName, serviceVersion: BuildInfo.Of(typeof(OtlpExport).Assembly).Version)
        .AddEnvironmentVariableDetector();

    private bool IsWide(string name) => name == metrics.Requests.Name || name == metrics.Tokens.Name || name == metrics.Cost.Name;

    private void Point(OtlpExporterOptions options, string path)
    {
        var http = endpoint.Port == HttpPort || endpoint.AbsolutePath.Length > 1;
        options.Protocol = http ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        options.Endpoint = http ? new Uri(endpoint.AbsoluteUri.TrimEnd('/') + "/" + path) : endpoint;
    }
}
