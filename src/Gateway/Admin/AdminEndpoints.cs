using Gateway.Admission;
using Gateway.Admission.Shares;
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
        Get("/admin/v1/ledger", queries.LedgerAsync);
        Get("/admin/v1/usage", queries.UsageAsync);
        Get("/admin/v1/budgets", new BudgetsEndpoint(services.GetRequiredService<AdmissionBook>(), services.GetService<ShareBroker>()).AnswerAsync);
        Get("/admin/v1/config", new ConfigEndpoint(services.GetRequiredService<ConfigWatcher>()).AnswerAsync);
        EntityRoutes.Map(routes, gate);

        void Get(string path, RequestDelegate handler)
        {
            const AdminRoles Readers = AdminRoles.Viewer | AdminRoles.Admin;
            routes.MapGet(path, gate.Protect(handler, Readers)).WithMetadata(new AccessMetadata(Access.Admin), new AdminAccess(Readers));
            routes.Map(path, gate.Protect(UnknownRoute.MethodNotAllowed("GET"), AdminRoles.All)).WithMetadata(new AccessMetadata(Access.Admin), new AdminAccess(AdminRoles.All));
        }
    }
}
