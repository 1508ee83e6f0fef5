using Gateway.Auth;
using Gateway.Endpoints;

namespace Gateway.Telemetry.Metrics;

/// <summary>GET /metrics: Prometheus' text format, public.</summary>
internal static class MetricsEndpoint
{
    private const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <remarks>64 KiB: what a slow scraper can make us hold; more pieces would only mean more writes.</remarks>
    private const int FlushBytes = 64 * 1024;

    public static void Map(RouteList routes, string path) =>
        routes.Add(path, ["GET"], Access.Public, static http => WriteAsync(http, http.RequestServices.GetRequiredService<GatewayMetrics>()));

    private static async Task WriteAsync(HttpContext http, GatewayMetrics metrics)
    {
        http.Response.ContentType = ContentType;
        http.Response.Headers.CacheControl = "no-store";
        var body = http.Response.BodyWriter;
        var text = new PrometheusText(body);
        foreach (var family in metrics.Families)
        {
            var shown = false;
            foreach (var series in family.Read())
            {
                if (!shown)
                    text.Header(family);
                shown = true;
                text.Series(family, series);
                if (text.Pending < FlushBytes)
                    continue;
                text.Pending = 0;
                // No token: a scraper that left is a completed pipe, not an exception.
                if ((await body.FlushAsync(CancellationToken.None)).IsCompleted)
                    return;
            }
        }
    }
}
