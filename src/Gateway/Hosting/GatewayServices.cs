using Gateway.Admission;
using Gateway.Admission.Shares;
using Gateway.Auth;
using Gateway.Cache;
using Gateway.Cache.Semantic;
using Gateway.Config;
using Gateway.Core.Stores;
using Gateway.Core.Tokens;
using Gateway.Endpoints;
using Gateway.Entities;
using Gateway.Explaining;
using Gateway.Idempotency;
using Gateway.Metering;
using Gateway.Metering.Pricing;
using Gateway.Overload;
using Gateway.PassThrough;
using Gateway.Pipeline;
using Gateway.Prompts.Store;
using Gateway.Reply;
using Gateway.Routing;
using Gateway.Routing.Health;
using Gateway.Telemetry;
using Gateway.Telemetry.Metrics;
using Gateway.Upstream;

namespace Gateway.Hosting;

/// <summary>What stands behind the endpoints, composed once.</summary>
internal static class GatewayServices
{
    public static void Add(WebApplicationBuilder builder, GatewayConfig config, ConfigLoader loader, ConfigResult loaded)
    {
        var services = builder.Services;
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IHostLifetime, NoLifetime>();
        // Drain bounds the end of the process, by the drain time in force then.
        services.Configure<HostOptions>(static o => o.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        builder.Logging.AddGatewayLog(config.Telemetry);
        services.AddGatewayTelemetry(config.Telemetry, Sources);
        AddConfiguration(services, loader, loaded);
        AddLedger(services, config);
        SharedLimits.Add(services, config);
        AddPipeline(services);
    }

    private static void AddConfiguration(IServiceCollection services, ConfigLoader loader, ConfigResult loaded)
    {
        services.AddSingleton<Lifecycle>();
        services.AddSingleton<Drain>();
        services.AddSingleton<NamePool>();
        services.AddSingleton<KeyHasher>();
        services.AddSingleton(static _ => PriceCatalog.LoadEmbedded());
        services.AddSingleton<PriceBook>();
        services.AddSingleton<PriceResolver>();
        services.AddSingleton<SnapshotHolder>();
        services.AddSingleton<TargetHealthBook>();
        services.AddSingleton<SnapshotCompiler>();
        services.AddSingleton<FairGate>();
        services.AddSingleton<PromptShelf>();
        services.AddSingleton<SnapshotSwitch>();
        services.AddSingleton(p => new ConfigWatcher(loader, loaded, p.GetRequiredService<SnapshotSwitch>().Apply,
            p.GetRequiredService<TimeProvider>(), p.GetRequiredService<ILogger<ConfigWatcher>>()));
        services.AddSingleton<EntityBook>();
        services.AddSingleton<EntityWatcher>();
    }

    private static void AddLedger(IServiceCollection services, GatewayConfig config)
    {
        services.AddSingleton(_ => LedgerStores.Create(config.Store));
        services.AddSingleton(_ => EntityStores.Create(config.Store));
        services.AddSingleton(_ => IdempotencyStores.Create(config.Store));
        services.AddSingleton(_ => CacheStores.Create(config.Store));
        // Opened when it is first asked for, which is while the host is built: nobody is waiting for this thread then.
        services.AddSingleton(p => LedgerWriter.StartAsync(
            p.GetRequiredService<ILedgerStore>(), LedgerOptions.In(LedgerStores.JournalDirectory(config.Store, config.Ledger), config.Ledger), p.GetRequiredService<PriceBook>(),
            p.GetRequiredService<TimeProvider>(), p.GetRequiredService<ILogger<LedgerWriter>>(), CancellationToken.None).GetAwaiter().GetResult());
        services.AddSingleton<LedgerRetention>();
        services.AddSingleton(static p => new Instance(
            p.GetRequiredService<LedgerWriter>().Instance, Environment.MachineName, BuildVersion.Text, p.GetRequiredService<TimeProvider>().GetUtcNow()));
        services.AddSingleton<ILedger>(static p => p.GetRequiredService<LedgerWriter>());
    }

    private static void AddPipeline(IServiceCollection services)
    {
        services.AddSingleton<Authenticator>();
        services.AddSingleton<OverloadGuard>();
        services.AddSingleton<Deadlines>();
        services.AddSingleton<UpstreamSender>();
        services.AddSingleton<UpstreamProbe>();
        services.AddSingleton<ProbeLoop>();
        services.AddSingleton<TokenizerCache>();
        services.AddSingleton<UsageMeter>();
        services.AddSingleton<Settlement>();
        services.AddSingleton(static p => new StoreHealth(p.GetRequiredService<ILedger>(), p.GetService<ShareBroker>()));
        services.AddSingleton<StreamRelay>();
        services.AddSingleton<JsonRelay>();
        services.AddSingleton<AttemptEnd>();
        services.AddSingleton<AttemptOpener>();
        services.AddSingleton<AttemptSender>();
        services.AddSingleton<HedgedSend>();
        services.AddSingleton<AttemptRunner>();
        services.AddSingleton<AttemptLoop>();
        services.AddSingleton<PromptCounter>();
        services.AddSingleton<RequestIdSource>();
        services.AddSingleton<ClaimBook>();
        services.AddSingleton<IdempotencyKeeper>();
        services.AddSingleton<IdempotentRequests>();
        services.AddSingleton<MemoryTier>();
        services.AddSingleton<StoreTier>();
        services.AddSingleton<FlightBook>();
        services.AddSingleton<CacheReplay>();
        services.AddSingleton<SemanticIndex>();
        services.AddSingleton<Embedder>();
        services.AddSingleton<ShadowBook>();
        services.AddSingleton<SemanticTier>();
        services.AddSingleton<ShadowQueue>();
        services.AddSingleton<ResponseCache>();
        services.AddSingleton<Explainer>();
        services.AddSingleton<InferencePipeline>();
        AddPassThrough(services);
        services.AddSingleton(static p => new StartTime(p.GetRequiredService<TimeProvider>().GetUtcNow()));
    }

    private static void AddPassThrough(IServiceCollection services)
    {
        services.AddHttpForwarder();
        services.AddSingleton<PassSender>();
        services.AddSingleton<PassTargets>();
        services.AddSingleton<PassAttempt>();
        services.AddSingleton<PassPipeline>();
    }

    private static MetricSources Sources(IServiceProvider provider)
    {
        var ledger = provider.GetRequiredService<ILedger>();
        var watcher = provider.GetRequiredService<ConfigWatcher>();
        var book = provider.GetRequiredService<AdmissionBook>();
        var shares = provider.GetService<ShareBroker>();
        var health = provider.GetRequiredService<TargetHealthBook>();
        var gate = provider.GetRequiredService<FairGate>();
        return new()
        {
            LedgerQueueLength = () => ledger.QueueLength,
            LedgerDropped = () => ledger.Dropped,
            StoreAway = () => provider.GetRequiredService<StoreHealth>().IsAway,
            ShareExchanges = shares is null ? null : () => (shares.Exchanges, shares.Failures),
            Concurrency = () => new(gate.InUse, gate.Limit, gate.Waiting),
            CacheBytes = () => provider.GetRequiredService<MemoryTier>().Bytes,
            CacheDropped = () => provider.GetRequiredService<StoreTier>().Dropped,
            Targets = () => health.All.Select(static t => new TargetReading(t.Provider, t.Model, t.State, t.InFlight)),
            Probes = () => health.Probes.Select(static p => (p.Provider, !p.IsDown)),
            ConfigGeneration = () => watcher.Status.Generation,
            ConfigLastReloadSuccessful = () => watcher.Status.LastReloadSuccessful,
            Budgets = () => book.Statuses().Select(static b => new BudgetReading(
                b.OwnerKind.Label(), b.Owner, (b.IsRolling ? "rolling_" : "") + b.Period.ToString().ToLowerInvariant(), b.Limit, b.Spent, b.Held)),
        };
    }
}
