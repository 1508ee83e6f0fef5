using Gateway.Auth;
using Gateway.Config;
using Gateway.Core.Stores;
using Gateway.Metering;

namespace Gateway.Admin;

/// <summary>The routes below /admin/v1. Without an admin key there are none.</summary>
internal static class AdminEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, Secret? adminKey, ILedgerStore store, ILedger ledger, TimeProvider time, ILoggerFactory loggers)
    {
        if (adminKey is null || adminKey.Reveal().Length == 0)
            return;
        var gate = new AdminGate(adminKey, time, loggers.CreateLogger<AdminGate>());
        var queries = new LedgerEndpoints(store, ledger, loggers.CreateLogger<LedgerEndpoints>());
        Get("/admin/v1/ledger", queries.LedgerAsync);
        Get("/admin/v1/usage", queries.UsageAsync);

        void Get(string path, RequestDelegate handler) =>
            routes.MapGet(path, gate.Protect(handler)).WithMetadata(new AccessMetadata(Access.Admin));
    }
}
