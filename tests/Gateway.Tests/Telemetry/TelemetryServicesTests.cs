using System.Text.Json;
using Gateway.Config;
using Gateway.Telemetry;
using Gateway.Telemetry.Logs;
using Gateway.Telemetry.Metrics;
using Gateway.Telemetry.Traces;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Telemetry;

public class TelemetryServicesTests
{
    [Fact]
    public void Everything_is_composed_and_sources_reach_the_metrics()
    {
        using var app = Build(new TelemetryConfig(), out _);

        app.Services.GetRequiredService<ITelemetry>().Should().BeOfType<GatewayTelemetry>();
        app.Services.GetRequiredService<Tracing>().Should().NotBeNull();
        app.Services.GetRequiredService<GatewayMetrics>().Families.Select(static f => f.Name)
            .Should().Contain(["gateway_config_generation", "gateway_log_lines_dropped_total"]);
        app.Services.GetServices<IHostedService>().Should().NotContain(static s => s is OtlpExport);
    }

    [Fact]
    public void A_collector_in_the_configuration_adds_the_export()
    {
        using var app = Build(new TelemetryConfig { Otlp = new("http://127.0.0.1:4317") }, out _);

        app.Services.GetServices<IHostedService>().Should().ContainSingle(static s => s is OtlpExport);
    }

    [Fact]
    public void The_framework_may_warn_but_not_chat()
    {
        using var app = Build(new TelemetryConfig(), out var output);
        var loggers = app.Services.GetRequiredService<ILoggerFactory>();

        foreach (var category in new[] { "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "Microsoft.AspNetCore.Hosting.Diagnostics", "Gateway.Pipeline" })
        {
            var logger = loggers.CreateLogger(category);
            logger.LogDebug("debug");
            logger.LogInformation("information");
            logger.LogWarning("warning");
        }

        app.Services.GetRequiredService<LogSink>().Flush(TimeSpan.FromSeconds(10)).Should().BeTrue();
        System.Text.Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static l => JsonDocument.Parse(l).RootElement)
            .Select(static l => $"{l.GetProperty("logger")} {l.GetProperty("msg")}")
            .Should().Equal(
                "Microsoft.AspNetCore.Server.Kestrel warning", "System.Net.Http warning", "Gateway.Pipeline information", "Gateway.Pipeline warning");
    }

    private static WebApplication Build(TelemetryConfig config, out MemoryStream output)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.AddGatewayLog(config);
        builder.Services.AddGatewayTelemetry(config, static _ => new MetricSources { ConfigGeneration = static () => 1 });
        var memory = new MemoryStream();
        builder.Services.AddSingleton(_ => new LogSink(memory));
        output = memory;
        return builder.Build();
    }
}
