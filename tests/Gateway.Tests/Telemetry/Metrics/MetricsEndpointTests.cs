using System.Net;
using Gateway.Auth;
using Gateway.Endpoints;
using Gateway.Telemetry.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Telemetry.Metrics;

public class MetricsEndpointTests
{
    [Fact]
    public async Task The_endpoint_is_public_and_answers_in_text_format()
    {
        using var rig = new TelemetryRig();
        rig.Telemetry.RequestFinished(rig.Answered());
        await using var app = await StartAsync(rig.Metrics);
        using var http = new HttpClient();

        using var response = await http.GetAsync(new Uri(new Uri(app.Urls.Single()), "/figures"));

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.ToString().Should().Be("text/plain; version=0.0.4; charset=utf-8");
        var text = await response.Content.ReadAsStringAsync();
        text.Should().Contain("\ngateway_requests_total{endpoint=\"/v1/chat/completions\",model=\"fast\"").And.EndWith("\n");
        text.Should().NotContain("gateway_fallbacks_total", "a family without series is not shown");
    }

    [Fact]
    public async Task Ten_thousand_keys_are_scraped_while_they_are_recorded()
    {
        const int Keys = 10_000;
        using var rig = new TelemetryRig();
        var requests = new RequestMetrics(rig.Metrics, new LabelNames(rig.Names));
        await using var app = await StartAsync(rig.Metrics);
        using var http = new HttpClient();
        var address = new Uri(new Uri(app.Urls.Single()), "/figures");

        var recording = Task.Run(() =>
        {
            var record = rig.Answered();
            for (var i = 0; i < Keys; i++)
            {
                record.Key = rig.Names.Intern($"key-{i}");
                requests.Finished(record);
            }
        });
        while (!recording.IsCompleted)
            await http.GetStringAsync(address);
        await recording;
        var text = await http.GetStringAsync(address);

        text.Split('\n').Count(static l => l.StartsWith("gateway_requests_total{", StringComparison.Ordinal)).Should().Be(Keys);
        text.Split('\n').Where(static l => l.Length > 0 && l[0] != '#').Select(static l => l[..l.LastIndexOf(' ')]).Should().OnlyHaveUniqueItems();
    }

    private static async Task<WebApplication> StartAsync(GatewayMetrics metrics)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static k => k.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton(metrics);
        var app = builder.Build();
        var routes = new RouteList();
        MetricsEndpoint.Map(routes, "/figures");
        routes.All.Single().Access.Should().Be(Access.Public);
        app.Run(routes.RunAsync);
        await app.StartAsync();
        return app;
    }
}
