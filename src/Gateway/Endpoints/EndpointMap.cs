using Gateway.Admin;
using Gateway.Config;
using Gateway.Core.Providers;
using Gateway.Telemetry.Metrics;

namespace Gateway.Endpoints;

/// <summary>Everything this server answers to, one line an endpoint. Each carries an <see cref="Auth.AccessMetadata"/>; a test fails for one that does not.</summary>
internal static class EndpointMap
{
    public static void Map(WebApplication app, GatewayConfig config)
    {
        InferenceRoute.Map(app, InferenceEndpoint.ChatCompletions);
        InferenceRoute.Map(app, InferenceEndpoint.Completions);
        InferenceRoute.Map(app, InferenceEndpoint.Embeddings);
        ModelsRoute.Map(app);
        HealthRoute.Map(app);
        MetricsEndpoint.Map(app, config.Telemetry.Metrics.Path);
        AdminEndpoints.Map(app, config.Server);
        UnknownRoute.Map(app);
    }
}
