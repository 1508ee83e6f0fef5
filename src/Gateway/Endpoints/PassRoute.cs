using Gateway.Auth;
using Gateway.PassThrough;

namespace Gateway.Endpoints;

/// <summary>A provider's own API, with the gateway's keys, limits, budgets and ledger.</summary>
internal static class PassRoute
{
    public const string Template = "/pass/{provider}/{**path}";

    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    public static void Map(RouteList routes, IServiceProvider services)
    {
        var pipeline = services.GetRequiredService<PassPipeline>();
        routes.Add(Template, Methods, Access.Inference, pipeline.RunAsync);
        UnknownRoute.MapOtherMethods(routes, Template, string.Join(", ", Methods));
    }
}
