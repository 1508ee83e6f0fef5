using System.Buffers;
using System.Text.Json;
using Gateway.Auth;
using Gateway.Config;
using Gateway.Hosting;
using Gateway.Metering;
using Gateway.Routing.Health;

namespace Gateway.Endpoints;

/// <summary>
/// <c>/health/live</c>: the process answers. <c>/health/ready</c>: it wants requests. <c>/health</c>: whether all is as it should be.
/// Status only: why it is degraded stands in the log, and what a configuration's errors are is the operator's affair.
/// </summary>
internal static class HealthRoute
{
    public static void Map(RouteList routes, IServiceProvider services)
    {
        var lifecycle = services.GetRequiredService<Lifecycle>();
        var ledger = services.GetRequiredService<ILedger>();
        var watcher = services.GetRequiredService<ConfigWatcher>();
        Add(routes, "/health/live", static http => WriteAsync(http, true, "ok"));
        Add(routes, "/health/ready", http => WriteAsync(http, lifecycle.IsReady && ledger.IsAvailable, Readiness(lifecycle, ledger)));
        var targets = services.GetRequiredService<TargetHealthBook>();
        Add(routes, "/health", http => WriteAsync(http, true, Condition(lifecycle, ledger, watcher.Status, targets)));
    }

    private static string Readiness(Lifecycle lifecycle, ILedger ledger) =>
        lifecycle.IsDraining ? "draining" : !lifecycle.IsReady ? "starting" : ledger.IsAvailable ? "ready" : "store_unavailable";

    private static string Condition(Lifecycle lifecycle, ILedger ledger, ConfigStatus config, TargetHealthBook targets) =>
        lifecycle.IsDraining ? "draining"
        : !ledger.IsAvailable ? "store_unavailable"
        : !config.LastReloadSuccessful ? "config_rejected"
        : targets.All.Any(static t => t.State == 0) ? "targets_down" : "ok";

    private static void Add(RouteList routes, string path, RequestDelegate handler)
    {
        routes.Add(path, ["GET", "HEAD"], Access.Public, handler);
        UnknownRoute.MapOtherMethods(routes, path, "GET");
    }

    private static async Task WriteAsync(HttpContext http, bool good, string word)
    {
        var body = new ArrayBufferWriter<byte>(64);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("status"u8, word);
            json.WriteEndObject();
        }

        http.Response.StatusCode = good ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        http.Response.ContentType = "application/json";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.ContentLength = body.WrittenCount;
        if (!HttpMethods.IsHead(http.Request.Method)) await http.Response.BodyWriter.WriteAsync(body.WrittenMemory, http.RequestAborted);
    }
}
