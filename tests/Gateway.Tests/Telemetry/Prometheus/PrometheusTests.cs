using System.Globalization;
using System.Text.Json;

namespace Gateway.Tests.Telemetry.Prometheus;

public class PrometheusTests(ScrapedGateway gateway) : IClassFixture<ScrapedGateway>
{
    [SkippableFact]
    public async Task Promtool_finds_nothing_to_say_about_the_metrics()
    {
        var (exit, output) = await ToolProcess.RunAsync(Promtool(), await gateway.ScrapeAsync(), "check", "metrics");

        output.Should().BeEmpty();
        exit.Should().Be(0);
    }

    [SkippableTheory]
    [InlineData("rules", "rules.yaml")]
    [InlineData("config", "prometheus.yaml")]
    public async Task Promtool_accepts_the_repositorys_files(string kind, string file)
    {
        var path = Path.Combine(RepositoryFiles.Root, "config", "prometheus", file);

        var (exit, output) = await ToolProcess.RunAsync(Promtool(), "", "check", kind, path);

        exit.Should().Be(0, output);
    }

    /// <summary>Of figures that a test cannot make its own process have.</summary>
    [SkippableFact]
    public async Task Alerts_about_what_a_process_runs_out_of_fire_at_their_bounds()
    {
        var path = Path.Combine(RepositoryFiles.Root, "tests", "Gateway.Tests", "Telemetry", "Prometheus", "process-alerts.yaml");

        var (exit, output) = await ToolProcess.RunAsync(Promtool(), "", "test", "rules", path);

        exit.Should().Be(0, output);
    }

    [SkippableFact]
    public async Task Every_query_of_the_dashboard_returns_data()
    {
        Promtool();
        var queries = Dashboard.Queries().ToArray();
        queries.Should().HaveCountGreaterThan(40);

        foreach (var (panel, query) in queries)
        {
            var sample = await gateway.QueryAsync(Dashboard.Substitute(query));
            sample.GetProperty("value")[1].GetString().Should().NotBe("NaN", "panel \"{0}\": {1}", panel, query);
        }
    }

    [SkippableFact]
    public async Task Every_variable_of_the_dashboard_has_values()
    {
        Promtool();

        foreach (var (metric, label) in Dashboard.Variables())
            (await gateway.LabelValuesAsync(metric, label)).Should().NotBeEmpty();
    }

    [SkippableFact]
    public async Task Every_alert_fires_when_it_should()
    {
        Promtool();
        var rules = await gateway.RulesAsync();
        rules.Should().HaveCountGreaterThan(8);

        foreach (var (_, query) in rules.Where(static r => !r.Query.Contains("process_", StringComparison.Ordinal) && !r.Query.Contains("dotnet_", StringComparison.Ordinal)))
            await gateway.QueryAsync(query);
    }

    [SkippableFact]
    public async Task Prometheus_reads_what_was_recorded()
    {
        Promtool();

        // A scrape can fall between the two figures of one request: the one after it is asked for.
        var cost = await gateway.QueryAsync("gateway_cost_usd_total{key=\"web-app\"} / ignoring(target_model, endpoint, status, stream) gateway_requests_total{key=\"web-app\"} > 1.2344e-5 < 1.2346e-5");
        var overhead = await gateway.QueryAsync("histogram_quantile(0.5, gateway_overhead_seconds_bucket)");

        Value(cost).Should().BeApproximately(0.000012345, 1e-12);
        // 80 µs lies in the bucket from 50 to 100 µs, two thirds of the requests of an endpoint being there or below.
        Value(overhead).Should().BeInRange(0.00005, 0.00025);
    }

    private static double Value(JsonElement sample) =>
        double.Parse(sample.GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture);

    private static string Promtool()
    {
        var path = ToolProcess.Find("promtool");
        Skip.If(path is null || ToolProcess.Find("prometheus") is null, ToolProcess.HowToEnable);
        return path!;
    }
}
