using Gateway.Core.Money;
using Gateway.Core.Usage;
using Gateway.Telemetry;
using Gateway.Telemetry.Metrics;

namespace Gateway.Tests.Telemetry.Metrics;

public class RequestMetricsTests
{
    [Fact]
    public void A_request_counts_in_every_family_it_belongs_to()
    {
        using var rig = new TelemetryRig();
        var metrics = rig.Metrics;

        rig.Telemetry.RequestStarted(TelemetryRig.Chat);
        rig.Telemetry.RequestStarted(TelemetryRig.Chat);
        rig.Telemetry.RequestFinished(rig.Answered());

        Samples(metrics.Requests, metrics.Tokens, metrics.Cost, metrics.RequestsInFlight).Should().Equal(
            "gateway_requests_total{endpoint=\"/v1/chat/completions\",model=\"fast\",provider=\"openai\",target_model=\"gpt-4o-mini\",key=\"web-app\",team=\"growth\",status=\"200\",stream=\"true\"} 1",
            "gateway_tokens_total{model=\"fast\",provider=\"openai\",key=\"web-app\",team=\"growth\",type=\"input\"} 30",
            "gateway_tokens_total{model=\"fast\",provider=\"openai\",key=\"web-app\",team=\"growth\",type=\"output\"} 11",
            "gateway_tokens_total{model=\"fast\",provider=\"openai\",key=\"web-app\",team=\"growth\",type=\"cache_read\"} 20",
            "gateway_tokens_total{model=\"fast\",provider=\"openai\",key=\"web-app\",team=\"growth\",type=\"reasoning\"} 4",
            "gateway_cost_usd_total{model=\"fast\",provider=\"openai\",key=\"web-app\",team=\"growth\"} 0.000012345",
            "gateway_requests_in_flight{endpoint=\"/v1/chat/completions\"} 1");
        Samples(metrics.RequestDuration, metrics.Overhead, metrics.TimeToFirstToken, metrics.TimePerOutputToken)
            .Where(static l => l.Contains("_sum", StringComparison.Ordinal)).Should().Equal(
            "gateway_request_duration_seconds_sum{endpoint=\"/v1/chat/completions\",model=\"fast\",provider=\"openai\"} 1.25",
            "gateway_overhead_seconds_sum{endpoint=\"/v1/chat/completions\"} 0.00008",
            "gateway_time_to_first_token_seconds_sum{model=\"fast\",provider=\"openai\"} 0.25",
            "gateway_time_per_output_token_seconds_sum{model=\"fast\",provider=\"openai\"} 0.1");
    }

    [Fact]
    public void What_a_refused_request_never_had_is_an_empty_label()
    {
        using var rig = new TelemetryRig();

        rig.Telemetry.RequestFinished(TelemetryRig.Refused());

        Samples(rig.Metrics.Requests).Should().Equal(
            "gateway_requests_total{endpoint=\"/v1/chat/completions\",model=\"\",provider=\"\",target_model=\"\",key=\"\",team=\"\",status=\"401\",stream=\"false\"} 1");
        Samples(rig.Metrics.Tokens, rig.Metrics.Cost, rig.Metrics.TimeToFirstToken).Should().BeEmpty();
    }

    [Fact]
    public void Attempts_fallbacks_and_refusals_are_counted_by_what_and_why()
    {
        using var rig = new TelemetryRig();
        var telemetry = rig.Telemetry;

        telemetry.AttemptFinished("openai", "gpt-4o-mini", AttemptOutcome.Success);
        telemetry.AttemptFinished("openai", "gpt-4o-mini", AttemptOutcome.Success);
        telemetry.AttemptFinished("openai", new string("gpt-4o-mini".AsSpan()), AttemptOutcome.RateLimited);
        telemetry.FellBack("fast", AttemptOutcome.ServerError);
        telemetry.RateLimited("key", "web-app");
        telemetry.RateLimited("target", "openai/gpt-4o-mini");
        telemetry.RateLimited("target", "openai/never-heard-of");
        telemetry.BudgetRejected("gateway", "gateway");
        telemetry.BudgetRejected("team", "growth");

        var metrics = rig.Metrics;
        Samples(metrics.UpstreamAttempts, metrics.Fallbacks, metrics.RateLimited, metrics.BudgetRejections).Should().Equal(
            "gateway_upstream_attempts_total{provider=\"openai\",target_model=\"gpt-4o-mini\",outcome=\"success\"} 2",
            "gateway_upstream_attempts_total{provider=\"openai\",target_model=\"gpt-4o-mini\",outcome=\"rate_limited\"} 1",
            "gateway_fallbacks_total{model=\"fast\",reason=\"server_error\"} 1",
            "gateway_rate_limited_total{owner_kind=\"key\",owner=\"web-app\"} 1",
            "gateway_rate_limited_total{owner_kind=\"target\",owner=\"openai/gpt-4o-mini\"} 1",
            "gateway_rate_limited_total{owner_kind=\"target\",owner=\"other\"} 1",
            "gateway_budget_rejections_total{owner_kind=\"gateway\",owner=\"gateway\"} 1",
            "gateway_budget_rejections_total{owner_kind=\"team\",owner=\"growth\"} 1");
    }

    [Fact]
    public void Sums_are_exact_under_concurrency()
    {
        const int Threads = 8;
        const int Each = 20_000;
        using var rig = new TelemetryRig();
        var requests = new RequestMetrics(rig.Metrics, new LabelNames(rig.Names));
        var record = rig.Answered();

        Parallel.For(0, Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads }, _ =>
        {
            for (var i = 0; i < Each; i++)
            {
                requests.Started(TelemetryRig.Chat);
                requests.Finished(record);
            }
        });

        rig.Metrics.Requests.Read().Single().Value.Should().Be(Threads * Each);
        rig.Metrics.Cost.Read().Single().Value.Should().Be(Threads * Each * 12_345L);
        rig.Metrics.RequestsInFlight.Read().Single().Value.Should().Be(0);
        rig.Metrics.RequestDuration.Read().Single().Histogram!.SumTicks.Should().Be(Threads * Each * record.Duration.Ticks);
        Samples(rig.Metrics.RequestDuration).Last().Should().EndWith($"_count{{endpoint=\"/v1/chat/completions\",model=\"fast\",provider=\"openai\"}} {Threads * Each}");
    }

    [Fact]
    public void Equal_names_of_other_instances_find_the_same_series()
    {
        using var rig = new TelemetryRig();
        var record = rig.Answered();
        rig.Telemetry.RequestFinished(record);

        record.Model = new string(record.Model);
        record.Key = new string(record.Key);
        record.Endpoint = new string(record.Endpoint);
        rig.Telemetry.RequestFinished(record);

        rig.Metrics.Requests.Read().Single().Value.Should().Be(2);
    }

    /// <summary>reliability.md R17.</summary>
    [Fact]
    public void A_hundred_thousand_random_names_make_a_handful_of_series()
    {
        using var rig = new TelemetryRig();
        var random = new Random(17);
        var requests = new RequestMetrics(rig.Metrics, new LabelNames(rig.Names));

        for (var i = 0; i < 100_000; i++)
        {
            var name = $"{random.Next():x8}-{i}";
            requests.Finished(new RequestRecord { Endpoint = TelemetryRig.Chat, RequestId = name, Model = name, Provider = name, TargetModel = name, Key = name, Team = name, Status = 404 });
            rig.Telemetry.AttemptFinished(name, name, AttemptOutcome.ServerError);
            rig.Telemetry.FellBack(name, AttemptOutcome.Timeout);
            rig.Telemetry.RateLimited("key", name);
            requests.Started($"/{i}");
        }

        rig.Metrics.Requests.Read().Single().Should().BeEquivalentTo(new { Value = 100_000L, Labels = new[] { TelemetryRig.Chat, "other", "other", "other", "other", "other", "404", "false" } });
        rig.Metrics.UpstreamAttempts.Count.Should().Be(1);
        rig.Metrics.Fallbacks.Count.Should().Be(1);
        rig.Metrics.RateLimited.Count.Should().Be(1);
        rig.Metrics.RequestsInFlight.Count.Should().BeLessThanOrEqualTo(65);
    }

    [Fact]
    public void Beyond_the_cap_known_names_too_become_other_and_nothing_is_lost()
    {
        const int Keys = 500;
        using var rig = new TelemetryRig(cap: new SeriesCap(100));
        var record = rig.Answered();

        for (var i = 0; i < Keys; i++)
        {
            record.Key = rig.Names.Intern($"key-{i}");
            rig.Telemetry.RequestFinished(record);
        }

        rig.Metrics.Requests.Count.Should().BeLessThanOrEqualTo(100);
        rig.Metrics.Requests.Read().Sum(static s => s.Value).Should().Be(Keys);
        rig.Metrics.Cost.Read().Sum(static s => s.Value).Should().Be(Keys * 12_345L);
        rig.Metrics.Cap.Read().Single(static s => s.Labels[0] == "gateway_requests_total").Value.Should().Be(Keys - 95);
        Samples(rig.Metrics.Requests).Should().Contain(static l => l.Contains("key=\"other\",team=\"other\",status=\"200\",stream=\"true\"} 405", StringComparison.Ordinal));
    }

    [Fact]
    public void A_family_beyond_its_cap_has_one_more_series_named_other()
    {
        var cap = new SeriesCap(10);
        var family = new CounterFamily("many_total", "Many.", MetricScale.One, ["name"], cap);

        for (var i = 0; i < 100; i++)
            family.With($"n{i}").Increment();

        family.Count.Should().Be(11);
        family.With("other").Value.Should().Be(90);
        family.With("n3").Value.Should().Be(1);
        cap.Read().Single().Should().BeEquivalentTo(new { Value = 90L, Labels = new[] { "many_total" } });
    }

    [Theory]
    [InlineData(200, "200")]
    [InlineData(499, "499")]
    [InlineData(0, "other")]
    [InlineData(999, "other")]
    public void A_status_that_is_none_becomes_other(int status, string label)
    {
        using var rig = new TelemetryRig();
        var record = TelemetryRig.Refused();
        record.Status = status;

        rig.Telemetry.RequestFinished(record);

        rig.Metrics.Requests.Read().Single().Labels[6].Should().Be(label);
    }

    [Theory]
    [InlineData(1, null, 0)]
    [InlineData(11, "bad_upstream", 0)]
    [InlineData(11, null, 1)]
    public void Time_per_token_needs_a_whole_stream_of_more_than_one(int output, string? error, int expected)
    {
        using var rig = new TelemetryRig();
        var record = rig.Answered();
        record.Usage = new TokenUsage { Output = output };
        record.ErrorCode = error;

        rig.Telemetry.RequestFinished(record);

        rig.Metrics.TimePerOutputToken.Count.Should().Be(expected);
    }

    [Fact]
    public void Free_answers_leave_no_cost_series()
    {
        using var rig = new TelemetryRig();
        var record = rig.Answered();
        record.Cost = NanoUsd.Zero;

        rig.Telemetry.RequestFinished(record);

        rig.Metrics.Cost.Count.Should().Be(0);
    }

    private static IEnumerable<string> Samples(params MetricFamily[] families) =>
        TelemetryRig.Text(families).Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(static l => l[0] != '#');
}
