using Gateway.Auth;
using Gateway.Core.Errors;
using Gateway.Core.Stores;
using Gateway.Endpoints;

namespace Gateway.Admin;

/// <summary>The routes of what the admin API owns, one line each, with the roles that may.</summary>
internal static class EntityRoutes
{
    private const AdminRoles Admin = AdminRoles.Admin;
    private const AdminRoles Managers = AdminRoles.Manager | AdminRoles.Admin;
    private const AdminRoles Readers = AdminRoles.Viewer | AdminRoles.Admin;
    private const AdminRoles Everybody = AdminRoles.All;

    public static void Map(IEndpointRouteBuilder routes, AdminGate gate)
    {
        var services = routes.ServiceProvider;
        var runner = ActivatorUtilities.CreateInstance<AdminRunner>(services);
        var keys = ActivatorUtilities.CreateInstance<KeyEndpoints>(services);
        var teams = ActivatorUtilities.CreateInstance<TeamEndpoints>(services);
        var tokens = ActivatorUtilities.CreateInstance<TokenEndpoints>(services);
        var audit = new AuditEndpoint(services.GetRequiredService<IEntityStore>());
        Route("/admin/v1/keys", ("GET", Everybody, keys.ListAsync), ("POST", Managers, keys.CreateAsync));
        Route("/admin/v1/keys/{name}", ("GET", Everybody, keys.GetAsync), ("PATCH", Managers, keys.PatchAsync), ("DELETE", Managers, keys.DeleteAsync));
        Route("/admin/v1/keys/{name}/rotate", ("POST", Managers, keys.RotateAsync));
        Route("/admin/v1/keys/{name}/block", ("POST", Managers, keys.BlockAsync));
        Route("/admin/v1/keys/{name}/unblock", ("POST", Managers, keys.UnblockAsync));
        Route("/admin/v1/teams", ("GET", Everybody, teams.ListAsync), ("POST", Admin, teams.CreateAsync));
        Route("/admin/v1/teams/{name}", ("GET", Everybody, teams.GetAsync), ("PATCH", Admin, teams.PatchAsync), ("DELETE", Admin, teams.DeleteAsync));
        Route("/admin/v1/tokens", ("GET", Admin, tokens.ListAsync), ("POST", Admin, tokens.CreateAsync));
        Route("/admin/v1/tokens/{name}", ("GET", Admin, tokens.GetAsync), ("DELETE", Admin, tokens.DeleteAsync));
        Route("/admin/v1/audit", ("GET", Readers, audit.ListAsync));

        void Route(string path, params (string Method, AdminRoles Roles, Func<HttpContext, AuditActor, Task<Outcome<AdminAnswer>>> Endpoint)[] methods)
        {
            foreach (var (method, roles, endpoint) in methods)
                routes.MapMethods(path, [method], gate.Protect(runner.Run(endpoint), roles)).WithMetadata(new AccessMetadata(Access.Admin), new AdminAccess(roles));
            var allowed = string.Join(", ", methods.Select(static m => m.Method));
            routes.Map(path, gate.Protect(UnknownRoute.MethodNotAllowed(allowed), Everybody)).WithMetadata(new AccessMetadata(Access.Admin), new AdminAccess(Everybody));
        }
    }
}
