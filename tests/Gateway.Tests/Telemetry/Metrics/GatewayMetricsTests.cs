using Gateway.Core.Money;
using Gateway.Telemetry.Metrics;

namespace Gateway.Tests.Telemetry.Metrics;

public class GatewayMetricsTests
{
    /// <summary>Contract §5, what has a source by now, and what docs/observability.md adds to it.</summary>
    private const string Declared = """
        gateway_requests_total counter endpoint,model,provider,target_model,key,team,status,stream
        gateway_request_duration_seconds histogram endpoint,model,provider
        gateway_overhead_seconds histogram endpoint
        gateway_time_to_first_token_seconds histogram model,provider
        gateway_time_per_output_token_seconds histogram model,provider
        gateway_tokens_total counter model,provider,key,team,type
        gateway_cost_usd_total counter model,provider,key,team
        gateway_upstream_attempts_total counter provider,target_model,outcome
        gateway_fallbacks_total counter model,reason
        gateway_cache_shadow_total counter model,result
        gateway_hedges_total counter model,result
        gateway_retries_total counter model,reason
        gateway_target_state gauge provider,target_model
        gateway_target_in_flight gauge provider,target_model
        gateway_provider_up gauge provider
        gateway_rate_limited_total counter owner_kind,owner
        gateway_budget_rejections_total counter owner_kind,owner
        gateway_queue_wait_seconds histogram team
        gateway_shed_total counter team,reason
        gateway_concurrency gauge
        gateway_concurrency_limit gauge
        gateway_queue_depth gauge
        gateway_idempotency_total counter result
        gateway_cache_requests_total counter model,result
        gateway_cache_saved_usd_total counter model
        gateway_cache_dropped_total counter
        gateway_requests_in_flight gauge endpoint
        gateway_metric_series_overflow_total counter metric
        gateway_budget_limit_usd gauge owner_kind,owner,period
        gateway_budget_spent_usd gauge owner_kind,owner,period
        gateway_budget_held_usd gauge owner_kind,owner,period
        gateway_ledger_queue_length gauge
        gateway_ledger_dropped_total counter
        gateway_store_up gauge
        gateway_share_exchanges_total counter outcome
        gateway_config_generation gauge
        gateway_config_last_reload_successful gauge
        gateway_log_lines_dropped_total counter
        gateway_build_info gauge version,revision
        process_cpu_seconds_total counter
        process_resident_memory_bytes gauge
        process_open_fds gauge
        process_max_fds gauge
        process_start_time_seconds gauge
        dotnet_gc_collections_total counter generation
        dotnet_gc_heap_bytes gauge
        dotnet_gc_heap_limit_bytes gauge
        dotnet_gc_pause_seconds_total counter
        dotnet_thread_pool_queue_length gauge
        dotnet_thread_pool_threads gauge
        """;

    [SkippableFact]
    public void Every_metric_has_the_name_type_and_labels_of_the_contract()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "open file descriptors are counted on Linux alone; run the tests there");
        var metrics = new GatewayMetrics(All());

        metrics.Families.Select(f => $"{f.Name} {f.Kind} {string.Join(',', f.LabelNames)}".TrimEnd())
            .Should().BeEquivalentTo(Declared.ReplaceLineEndings("\n").Split('\n'), o => o.Using<string>(c => c.Subject.Should().BeEquivalentTo(c.Expectation)).WhenTypeIs<string>());
    }

    [Fact]
    public void Every_metric_is_in_the_documentation()
    {
        var page = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "observability.md"));

        new GatewayMetrics(All()).Families.Should().OnlyContain(f => page.Contains($"`{f.Name}`", StringComparison.Ordinal));
    }

    [Fact]
    public void A_source_that_is_not_given_has_no_metric()
    {
        var names = new GatewayMetrics(new()).Families.Select(static f => f.Name);

        names.Should().NotContain(["gateway_ledger_queue_length", "gateway_ledger_dropped_total", "gateway_budget_limit_usd", "gateway_config_generation"]);
    }

    [Fact]
    public void Figures_of_the_process_are_plausible()
    {
        var metrics = new GatewayMetrics(new());

        long Value(string name) => metrics.Families.Single(f => f.Name == name).Read().Sum(static s => s.Value);

        Value("process_resident_memory_bytes").Should().BeGreaterThan(10 << 20);
        Value("process_cpu_seconds_total").Should().BePositive();
        Value("dotnet_gc_heap_bytes").Should().BePositive();
        Value("dotnet_gc_heap_limit_bytes").Should().BeGreaterThan(Value("dotnet_gc_heap_bytes"));
        if (OperatingSystem.IsLinux()) Value("process_max_fds").Should().BeGreaterThan(Value("process_open_fds"));
        Value("gateway_build_info").Should().Be(1);
        Value("dotnet_gc_collections_total").Should().BeInRange(0, GC.CollectionCount(0));
        DateTimeOffset.FromUnixTimeMilliseconds(Value("process_start_time_seconds")).Should().BeCloseTo(DateTimeOffset.UtcNow, TimeSpan.FromHours(12));
    }

    internal static MetricSources All() => new()
    {
        Concurrency = static () => new(4, 10, 2),
        LedgerQueueLength = static () => 3,
        LedgerDropped = static () => 0,
        StoreAway = static () => false,
        ShareExchanges = static () => (5, 1),
        ConfigGeneration = static () => 7,
        ConfigLastReloadSuccessful = static () => true,
        LogLinesDropped = static () => 0,
        Targets = static () => [new("openai", "gpt-4o-mini", 2, 5)],
        CacheDropped = static () => 0,
        Probes = static () => [("openai", true)],
        Budgets = static () => [new("key", "web-app", "day", new NanoUsd(2_000_000_000), new NanoUsd(1), new NanoUsd(0))],
    };
}
