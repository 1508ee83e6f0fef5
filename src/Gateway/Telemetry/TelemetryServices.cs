using Gateway.Config;
using Gateway.Telemetry.Logs;
using Gateway.Telemetry.Metrics;
using Gateway.Telemetry.Traces;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gateway.Telemetry;

/// <summary>Composes metrics, logs and traces.</summary>
internal static class TelemetryServices
{
    /// <summary>Adds <see cref="ITelemetry"/>, <see cref="Tracing"/>, <see cref="GatewayMetrics"/> and, where <c>telemetry.otlp</c> is set, the export.</summary>
    /// <param name="sources">Where scrape-time figures come from; resolved once, its functions called at every scrape.</param>
    public static IServiceCollection AddGatewayTelemetry(
        this IServiceCollection services, TelemetryConfig config, Func<IServiceProvider, MetricSources>? sources = null)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<NamePool>();
        services.AddSingleton<LabelNames>();
        services.AddSingleton(provider =>
        {
            var sink = provider.GetRequiredService<LogSink>();
            var given = sources?.Invoke(provider) ?? new();
            return new GatewayMetrics(given with { LogLinesDropped = () => sink.Dropped });
        });
        services.AddSingleton<AccessLog>();
        services.AddSingleton<ITelemetry, GatewayTelemetry>();
        services.AddSingleton<Tracing>();
        if (config.Otlp is { } otlp)
            services.AddHostedService(provider => ActivatorUtilities.CreateInstance<OtlpExport>(provider, otlp));
        return services;
    }

    /// <summary>Makes the gateway's sink the only log: JSON or text on standard output, warnings alone from the framework.</summary>
    public static ILoggingBuilder AddGatewayLog(this ILoggingBuilder logging, TelemetryConfig config)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("System", LogLevel.Warning);
        // It would write addresses, whose query is the client's; how a request ended is in our own lines.
        logging.AddFilter("Yarp", LogLevel.None);
        // As long as this category is on, ASP.NET Core makes an Activity and a scope for every request; Kestrel still reports unhandled exceptions.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        var services = logging.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(new LogStyle(config.Logs, Colour: !Console.IsOutputRedirected));
        services.AddSingleton(static _ => new LogSink(Console.OpenStandardOutput()));
        services.AddSingleton<CrashFlush>();
        services.AddSingleton<ILoggerProvider>(static provider =>
        {
            provider.GetRequiredService<CrashFlush>();
            return ActivatorUtilities.CreateInstance<SinkLoggerProvider>(provider);
        });
        return logging;
    }
}
