using Gateway.Admission.Shares;
using Gateway.Config;
using Gateway.Core.Stores;
using Gateway.Endpoints;
using Gateway.Entities;
using Gateway.Idempotency;
using Gateway.Metering;
using Gateway.Providers;

namespace Gateway.Hosting;

/// <summary>A serving gateway from start to end.</summary>
internal sealed class GatewayHost
{
    /// <summary>A full journal (128 MiB) takes about 2 s; a process that waits for longer than an orchestrator's patience tells nobody what is wrong.</summary>
    private static readonly TimeSpan RecoveryTime = TimeSpan.FromSeconds(60);

    private readonly WebApplication _app;
    private readonly GatewayConfig _config;
    private readonly ConfigSource _source;

    private GatewayHost(WebApplication app, GatewayConfig config, ConfigSource source)
    {
        _app = app;
        _config = config;
        _source = source;
    }

    /// <summary>The kinds of provider a configuration can name.</summary>
    public static IReadOnlyList<ProviderKind> Kinds { get; } = [.. ProviderCatalog.All.Select(static p => ProviderKind.From(p.Manifest))];

    /// <param name="urls">Replaces <c>server.urls</c>.</param>
    /// <exception cref="StoreException">The store or its journal cannot be used; the message says why.</exception>
    public static async Task<GatewayHost> BuildAsync(ConfigLoader loader, ConfigResult loaded, string? urls)
    {
        var config = loaded.Config ?? throw new ArgumentException("only a valid configuration can be served", nameof(loaded));
        if (urls is not null) config = config with { Server = config.Server with { Urls = urls } };
        var builder = WebApplication.CreateEmptyBuilder(new());   // no appsettings.json and no environment: gateway.yaml is the configuration
        KestrelSetup.Configure(builder, config.Server);
        GatewayServices.Add(builder, config, loader, loaded);
        var app = builder.Build();
        await LoadAsync(app.Services, config);
        app.Run(EndpointMap.Map(app.Services, config).RunAsync);
        return new(app, config, loaded.Source);
    }

    /// <summary>Serves until a signal ends it.</summary>
    public async Task RunAsync(TextWriter banner)
    {
        var services = _app.Services;
        var watcher = services.GetRequiredService<ConfigWatcher>();
        using var signals = new Signals(() => _ = watcher.ReloadAsync());
        // Reading the configuration leaves more behind than what stays of it: back to the system, before anybody waits for an answer.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        await _app.StartAsync();
        services.GetRequiredService<Lifecycle>().Ready();
        Banner.Write(banner, _app.Urls, _config, _source);
        await watcher.StartAsync(CancellationToken.None);
        var entities = services.GetRequiredService<EntityWatcher>();
        entities.Start();
        var shares = services.GetService<ShareLoop>();
        shares?.Start();
        var retention = services.GetRequiredService<LedgerRetention>();
        retention.Start();
        var keeper = services.GetRequiredService<IdempotencyKeeper>();
        keeper.Start();
        var cached = services.GetRequiredService<Cache.StoreTier>();
        cached.Start();
        var shadows = services.GetRequiredService<Cache.Semantic.ShadowQueue>();
        shadows.Start();
        var probes = services.GetRequiredService<Upstream.ProbeLoop>();
        probes.Start();
        await signals.Stopping;
        // First: readiness says 503 at once, and a key that is blocked meanwhile is blocked here too.
        await services.GetRequiredService<Drain>().RunAsync(_app, services.GetRequiredService<Routing.SnapshotHolder>().Current.Config.Server, signals.Hurrying);
        await probes.StopAsync();
        await watcher.StopAsync(CancellationToken.None);
        await entities.StopAsync();
        await retention.StopAsync();
        await keeper.StopAsync();   // requests that finish meanwhile are still this process's
        await cached.StopAsync();
        await shadows.StopAsync();
        await services.GetRequiredService<LedgerWriter>().StopAsync(CancellationToken.None);
        if (shares is not null)
            await shares.StopAsync();
        await _app.DisposeAsync();
    }

    /// <summary>Rows of a former process go into the store before budgets are restored from it.</summary>
    private static async Task LoadAsync(IServiceProvider services, GatewayConfig config)
    {
        await RecoveredAsync(services.GetRequiredService<LedgerWriter>().Recovered, RecoveryTime);
        await services.GetRequiredService<IEntityStore>().MigrateAsync(CancellationToken.None);
        await services.GetRequiredService<IIdempotencyStore>().MigrateAsync(CancellationToken.None);
        await services.GetRequiredService<EntityBook>().RefreshAsync(CancellationToken.None);
        if (services.GetService<IShareStore>() is { } shares)
            await shares.MigrateAsync(CancellationToken.None);
        if (services.GetRequiredService<SnapshotSwitch>().Apply(config, generation: 1) is [var problem, ..])
            throw new StoreException(problem.Message);
    }

    /// <exception cref="StoreException">The store does not take the rows. Serving without them would give budgets back that are spent.</exception>
    internal static async Task RecoveredAsync(Task recovered, TimeSpan atMost)
    {
        try
        {
            await recovered.WaitAsync(atMost);
        }
        catch (TimeoutException)
        {
            throw new StoreException($"The store did not take the rows that a former process left in the journal within {atMost.TotalSeconds:0} s; "
                + "the log says why. They are kept, and the next start tries again.");
        }
    }
}
