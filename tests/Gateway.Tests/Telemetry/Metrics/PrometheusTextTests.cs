using Gateway.Core.Money;
using Gateway.Telemetry.Metrics;

namespace Gateway.Tests.Telemetry.Metrics;

public class PrometheusTextTests
{
    private static readonly SeriesCap Cap = new();

    [Fact]
    public void Counters_and_gauges_are_one_line_a_series()
    {
        var tokens = new CounterFamily("tokens_total", "Tokens.", MetricScale.One, ["model", "type"], Cap);
        tokens.With("fast", "input").Add(12);
        tokens.With("fast", "output").Add(7);
        var cost = new CounterFamily("cost_usd_total", "Cost.", MetricScale.NanoDollars, ["key"], Cap);
        cost.With("web").Add(12_000_000_345);
        var flight = new GaugeFamily("in_flight", "Under way.", [], Cap);
        flight.With().Add(-3);

        TelemetryRig.Text(tokens, cost, flight).Should().Be(
            """
            # HELP tokens_total Tokens.
            # TYPE tokens_total counter
            tokens_total{model="fast",type="input"} 12
            tokens_total{model="fast",type="output"} 7
            # HELP cost_usd_total Cost.
            # TYPE cost_usd_total counter
            cost_usd_total{key="web"} 12.000000345
            # HELP in_flight Under way.
            # TYPE in_flight gauge
            in_flight -3

            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Histograms_show_cumulated_buckets_sum_and_count()
    {
        var seconds = new HistogramFamily("seconds", "Durations.", new BucketBounds(.00001, .5, 1), ["endpoint"], Cap);
        var cell = seconds.With("/v1/models");
        cell.Observe(TimeSpan.FromMicroseconds(10));
        cell.Observe(TimeSpan.FromMicroseconds(10.1));
        cell.Observe(TimeSpan.FromSeconds(0.75));
        cell.Observe(TimeSpan.FromSeconds(3));
        cell.Observe(TimeSpan.FromSeconds(-1));

        TelemetryRig.Text(seconds).Should().Be(
            """
            # HELP seconds Durations.
            # TYPE seconds histogram
            seconds_bucket{endpoint="/v1/models",le="0.00001"} 2
            seconds_bucket{endpoint="/v1/models",le="0.5"} 3
            seconds_bucket{endpoint="/v1/models",le="1"} 4
            seconds_bucket{endpoint="/v1/models",le="+Inf"} 5
            seconds_sum{endpoint="/v1/models"} 3.7500201
            seconds_count{endpoint="/v1/models"} 5

            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Label_values_and_help_are_escaped()
    {
        var family = new CounterFamily("odd_total", "Back\\slash, \"quotes\"\nand lines.", MetricScale.One, ["name"], Cap);
        family.With("a\\b\"c\nd} 1\nfake_total 2 é \ud800").Increment();

        TelemetryRig.Text(family).Should().Be(
            "# HELP odd_total Back\\\\slash, \"quotes\"\\nand lines.\n# TYPE odd_total counter\n"
            + "odd_total{name=\"a\\\\b\\\"c\\nd} 1\\nfake_total 2 é \ufffd\"} 1\n");
    }

    [Theory]
    [InlineData(0, 9, "0")]
    [InlineData(1, 9, "0.000000001")]
    [InlineData(-1, 9, "-0.000000001")]
    [InlineData(1_500_000_000, 9, "1.5")]
    [InlineData(-1_500, 3, "-1.5")]
    [InlineData(12_345, 0, "12345")]
    [InlineData(long.MaxValue, 9, "9223372036.854775807")]
    [InlineData(long.MinValue, 9, "-9223372036.854775808")]
    [InlineData(long.MinValue, 0, "-9223372036854775808")]
    public void Whole_numbers_are_shown_as_exact_decimals(long value, int decimals, string expected)
    {
        Span<byte> room = stackalloc byte[FixedPoint.MaxLength];

        System.Text.Encoding.UTF8.GetString(room[..FixedPoint.Format(value, decimals, room)]).Should().Be(expected);
    }

    [Fact]
    public void A_budget_is_three_gauges_and_two_of_one_period_are_the_tighter_one()
    {
        BudgetReading[] budgets =
        [
            new("key", "web-app", "day", new NanoUsd(2_000_000_000), new NanoUsd(500_000_000), new NanoUsd(1)),
            new("key", "web-app", "day", new NanoUsd(1_000_000_000), new NanoUsd(400_000_000), new NanoUsd(2)),
            new("gateway", "gateway", "month", new NanoUsd(5_000_000_000), NanoUsd.Zero, NanoUsd.Zero),
        ];
        var metrics = new GatewayMetrics(new MetricSources { Budgets = () => budgets });

        var text = TelemetryRig.Text([.. metrics.Families.Where(f => f.Name.StartsWith("gateway_budget_limit", StringComparison.Ordinal) || f.Name.Contains("_held_"))]);

        text.Split('\n').Where(l => !l.StartsWith('#')).Should().Equal(
            "gateway_budget_limit_usd{owner_kind=\"key\",owner=\"web-app\",period=\"day\"} 1",
            "gateway_budget_limit_usd{owner_kind=\"gateway\",owner=\"gateway\",period=\"month\"} 5",
            "gateway_budget_held_usd{owner_kind=\"key\",owner=\"web-app\",period=\"day\"} 0.000000002",
            "gateway_budget_held_usd{owner_kind=\"gateway\",owner=\"gateway\",period=\"month\"} 0",
            "");
    }
}
