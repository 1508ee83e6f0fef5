using Gateway.Auth;
using Gateway.Config;
using Gateway.Core.Stores;
using Gateway.Endpoints;
using Gateway.Entities;
using Gateway.Hosting;
using Gateway.Metering;

namespace Gateway.Admin;

/// <summary>The routes below /admin/v1. Without an admin key there are none.</summary>
internal static class AdminEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, Secret? adminKey)
    {
        if (adminKey is null || adminKey.Reveal().Length == 0)
            return;
        var services = routes.ServiceProvider;
        var loggers = services.GetRequiredService<ILoggerFactory>();
        var gate = new AdminGate(adminKey, new TokenTable(services.GetRequiredService<SnapshotSwitch>()), services.GetRequiredService<TimeProvider>(), loggers.CreateLogger<AdminGate>());
        var queries = new LedgerEndpoints(services.GetRequiredService<ILedgerStore>(), services.GetRequiredService<ILedger>(), services.GetRequiredService<TimeProvider>(), loggers.CreateLogger<LedgerEndpoints>());
        var runner = ActivatorUtilities.CreateInstance<AdminRunner>(services);
        Get("/admin/v1/ledger", AdminRoles.All, queries.LedgerAsync);
        Get("/admin/v1/usage", AdminRoles.All, queries.UsageAsync);
        Get("/admin/v1/budgets", AdminRoles.All, runner.Run(ActivatorUtilities.CreateInstance<BudgetsEndpoint>(services).ListAsync));
        Get("/admin/v1/config", AdminRoles.Viewer | AdminRoles.Admin, runner.Run(ActivatorUtilities.CreateInstance<ConfigEndpoint>(services).GetAsync));
        EntityRoutes.Map(routes, gate);

        void Get(string path, AdminRoles roles, RequestDelegate handler)
        {
            routes.MapGet(path, gate.Protect(handler, roles)).WithMetadata(new AccessMetadata(Access.Admin), new AdminAccess(roles));
            routes.Map(path, gate.Protect(UnknownRoute.MethodNotAllowed("GET"), AdminRoles.All)).WithMetadata(new AccessMetadata(Access.Admin), new AdminAccess(AdminRoles.All));
        }
    }
}
