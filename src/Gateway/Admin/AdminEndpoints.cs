using Gateway.Auth;
using Gateway.Config;
using Gateway.Endpoints;
using Gateway.Entities;
using Gateway.Hosting;

namespace Gateway.Admin;

/// <summary>Maps the routes below /admin/v1. Without an admin key there are none.</summary>
internal static class AdminEndpoints
{
    public static void Map(RouteList routes, IServiceProvider services, ServerConfig server)
    {
        if (server.AdminKey is not { } adminKey || adminKey.Reveal().Length == 0)
            return;
        var gate = new AdminGate(
            adminKey, server.AdminRps, new TokenTable(services.GetRequiredService<SnapshotSwitch>()), services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILoggerFactory>().CreateLogger<AdminGate>());
        foreach (var path in AdminRouteTable.Of(services).GroupBy(static r => r.Path))
        {
            foreach (var route in path)
                Add(path.Key, [route.Method], route.Handler, route.Roles);
            Add(path.Key, [], UnknownRoute.MethodNotAllowed(string.Join(", ", path.Select(static r => r.Method))), AdminRoles.All);
        }

        void Add(string path, string[] methods, RequestDelegate handler, AdminRoles roles) => routes.Add(path, methods, Access.Admin, gate.Protect(handler, roles), roles);
    }
}
