using Gateway.Auth;
using Gateway.Core.Providers;
using Gateway.Pipeline;
using Gateway.Providers.Dialects;

namespace Gateway.Endpoints;

/// <summary>An endpoint that goes to a model: a route and nothing else, the pipeline is the same for all.</summary>
internal static class InferenceRoute
{
    public static void Map(RouteList routes, IServiceProvider services, InferenceEndpoint endpoint)
    {
        var pipeline = services.GetRequiredService<InferencePipeline>();
        routes.Add(endpoint.Route(), ["POST"], Access.Inference, http => pipeline.RunAsync(http, endpoint));
        UnknownRoute.MapOtherMethods(routes, endpoint.Route(), "POST", ClientDialects.Of(endpoint));
    }
}
