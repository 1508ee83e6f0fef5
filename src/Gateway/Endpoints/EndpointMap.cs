using Gateway.Admin;
using Gateway.Config;
using Gateway.Core.Providers;
using Gateway.Telemetry.Metrics;

namespace Gateway.Endpoints;

/// <summary>Everything this server answers to, one line an endpoint. Each says who may call it.</summary>
internal static class EndpointMap
{
    public static RouteList Map(IServiceProvider services, GatewayConfig config)
    {
        var routes = new RouteList();
        InferenceRoute.Map(routes, services, InferenceEndpoint.ChatCompletions);
        InferenceRoute.Map(routes, services, InferenceEndpoint.Completions);
        InferenceRoute.Map(routes, services, InferenceEndpoint.Embeddings);
        InferenceRoute.Map(routes, services, InferenceEndpoint.Responses);
        InferenceRoute.Map(routes, services, InferenceEndpoint.Messages);
        InferenceRoute.Map(routes, services, InferenceEndpoint.CountTokens);
        InferenceRoute.Map(routes, services, InferenceEndpoint.Rerank);
        InferenceRoute.Map(routes, services, InferenceEndpoint.Moderations);
        PassRoute.Map(routes, services);
        ModelsRoute.Map(routes, services);
        HealthRoute.Map(routes, services);
        MetricsEndpoint.Map(routes, config.Telemetry.Metrics.Path);
        AdminEndpoints.Map(routes, services, config.Server);
        UnknownRoute.Map(routes);
        return routes;
    }
}
