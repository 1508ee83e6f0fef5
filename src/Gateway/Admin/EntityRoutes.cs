using Gateway.Auth;
using Gateway.Core.Errors;
using Gateway.Core.Stores;
using Gateway.Endpoints;

namespace Gateway.Admin;

/// <summary>The routes of what the admin API owns, one line each.</summary>
internal static class EntityRoutes
{
    public static void Map(IEndpointRouteBuilder routes, AdminGate gate)
    {
        var services = routes.ServiceProvider;
        var runner = ActivatorUtilities.CreateInstance<AdminRunner>(services);
        var keys = ActivatorUtilities.CreateInstance<KeyEndpoints>(services);
        var teams = ActivatorUtilities.CreateInstance<TeamEndpoints>(services);
        var audit = new AuditEndpoint(services.GetRequiredService<IEntityStore>());
        Route("/admin/v1/keys", ("GET", keys.ListAsync), ("POST", keys.CreateAsync));
        Route("/admin/v1/keys/{name}", ("GET", keys.GetAsync), ("PATCH", keys.PatchAsync), ("DELETE", keys.DeleteAsync));
        Route("/admin/v1/keys/{name}/rotate", ("POST", keys.RotateAsync));
        Route("/admin/v1/keys/{name}/block", ("POST", keys.BlockAsync));
        Route("/admin/v1/keys/{name}/unblock", ("POST", keys.UnblockAsync));
        Route("/admin/v1/teams", ("GET", teams.ListAsync), ("POST", teams.CreateAsync));
        Route("/admin/v1/teams/{name}", ("GET", teams.GetAsync), ("PATCH", teams.PatchAsync), ("DELETE", teams.DeleteAsync));
        Route("/admin/v1/audit", ("GET", audit.ListAsync));

        void Route(string path, params (string Method, Func<HttpContext, AuditActor, Task<Outcome<AdminAnswer>>> Endpoint)[] methods)
        {
            foreach (var (method, endpoint) in methods)
                routes.MapMethods(path, [method], gate.Protect(runner.Run(endpoint))).WithMetadata(new AccessMetadata(Access.Admin));
            var allowed = string.Join(", ", methods.Select(static m => m.Method));
            routes.Map(path, gate.Protect(UnknownRoute.MethodNotAllowed(allowed))).WithMetadata(new AccessMetadata(Access.Admin));
        }
    }
}
