using Gateway.Auth;
using Gateway.Config;
using Gateway.Endpoints;
using Gateway.Entities;
using Gateway.Hosting;

namespace Gateway.Admin;

/// <summary>Maps the routes below /admin/v1. Without an admin key there are none.</summary>
internal static class AdminEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, ServerConfig server)
    {
        if (server.AdminKey is not { } adminKey || adminKey.Reveal().Length == 0)
            return;
        var services = routes.ServiceProvider;
        var gate = new AdminGate(
            adminKey, server.AdminRps, new TokenTable(services.GetRequiredService<SnapshotSwitch>()), services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILoggerFactory>().CreateLogger<AdminGate>());
        foreach (var path in AdminRouteTable.Of(services).GroupBy(static r => r.Path))
        {
            foreach (var route in path)
                Protect(routes.MapMethods(path.Key, [route.Method], gate.Protect(route.Handler, route.Roles)), route.Roles);
            Protect(routes.Map(path.Key, gate.Protect(UnknownRoute.MethodNotAllowed(string.Join(", ", path.Select(static r => r.Method))), AdminRoles.All)), AdminRoles.All);
        }
    }

    private static void Protect(IEndpointConventionBuilder endpoint, AdminRoles roles) => endpoint.WithMetadata(new AccessMetadata(Access.Admin), new AdminAccess(roles));
}
