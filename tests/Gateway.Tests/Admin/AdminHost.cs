using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Gateway.Admin;
using Gateway.Admission;
using Gateway.Auth;
using Gateway.Config;
using Gateway.Core.Stores;
using Gateway.Endpoints;
using Gateway.Entities;
using Gateway.Hosting;
using Gateway.Metering;
using Gateway.Metering.Pricing;
using Gateway.Overload;
using Gateway.Pipeline;
using Gateway.Routing;
using Gateway.Routing.Health;
using Gateway.Storage.Sqlite;
using Gateway.Tests.Metering;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Admin;

/// <summary>The admin endpoints behind a real Kestrel, on a real ledger.</summary>
internal sealed class AdminHost : IAsyncDisposable
{
    public const string Key = "admin-key-of-at-least-32-characters";

    private readonly TempDirectory _directory;
    private readonly WebApplication _app;

    private AdminHost(WebApplication app, RouteList routes, SqliteLedgerStore store, LedgerWriter ledger, TempDirectory directory)
    {
        (_app, Routes, Store, Ledger, _directory) = (app, routes, store, ledger, directory);
        Client = new() { BaseAddress = new(app.Urls.Single()) };
        Client.DefaultRequestHeaders.Authorization = new("Bearer", Key);
    }

    public RouteList Routes { get; }

    public SqliteLedgerStore Store { get; }

    public LedgerWriter Ledger { get; }

    /// <summary>Sends the admin key.</summary>
    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<AdminHost> StartAsync(string? key = Key, TimeProvider? time = null, ILedgerStore? queried = null)
    {
        var directory = new TempDirectory();
        var store = new SqliteLedgerStore(directory.File("gateway.db"));
        // Rows would linger for half a minute: what a query shows at once, it has fetched.
        var ledger = await Ledgers.StartAsync(store, Ledgers.Options(directory) with { Linger = TimeSpan.FromSeconds(30), Interval = TimeSpan.FromMinutes(1) });
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        AddServices(builder.Services, queried ?? store, ledger, time ?? TimeProvider.System);
        AddEntities(builder.Services, directory);
        var app = builder.Build();
        app.Services.GetRequiredService<SnapshotSwitch>().Apply(new GatewayConfig(), 1).Should().BeEmpty();
        var routes = new RouteList();
        AdminEndpoints.Map(routes, app.Services, new() { AdminKey = key is null ? null : new Secret(key) });
        app.Run(routes.RunAsync);
        await app.StartAsync();
        return new(app, routes, store, ledger, directory);
    }

    private static void AddServices(IServiceCollection services, ILedgerStore store, ILedger ledger, TimeProvider time)
    {
        var loader = new ConfigLoader(ConfigSource.Demo, new EnvironmentSource(new Dictionary<string, string>()), []);
        services.AddSingleton(store);
        services.AddSingleton(ledger);
        services.AddSingleton(time);
        services.AddSingleton(new Instance("here", "host", "0.1.0", time.GetUtcNow()));
        services.AddSingleton(new AdmissionBook(time, new NamePool()));
        services.AddSingleton(new ConfigWatcher(loader, loader.Load(), static (_, _) => [], time, NullLogger<ConfigWatcher>.Instance));
    }

    /// <summary>What the endpoints of keys and teams are made of; their own tests run a whole gateway (<see cref="EntityHost"/>).</summary>
    private static void AddEntities(IServiceCollection services, TempDirectory directory)
    {
        services.AddSingleton<IEntityStore>(new SqliteEntityStore(directory.File("gateway.db")));
        services.AddSingleton(static _ => PriceCatalog.LoadEmbedded());
        services.AddSingleton<PriceBook>();
        services.AddSingleton<PriceResolver>();
        services.AddSingleton<NamePool>();
        services.AddSingleton<KeyHasher>();
        services.AddSingleton<SnapshotHolder>();
        services.AddSingleton<TargetHealthBook>();
        services.AddSingleton<SnapshotCompiler>();
        services.AddSingleton<FairGate>();
        services.AddSingleton<SnapshotSwitch>();
        services.AddSingleton<EntityBook>();
        services.AddSingleton<Gateway.Cache.MemoryTier>();
        services.AddSingleton<Gateway.Cache.Semantic.ShadowBook>();
        services.AddSingleton<RequestIdSource>();
        services.AddSingleton<MemoryAdmission>();
        services.AddSingleton<Authenticator>();
        services.AddSingleton<Gateway.Explaining.Explainer>();
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await Client.GetAsync(new Uri(path, UriKind.Relative));
        response.StatusCode.Should().Be(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        response.Content.Headers.ContentType.Should().Be(new MediaTypeHeaderValue("application/json"));
        return await ReadAsync(response);
    }

    public async Task<(HttpStatusCode Status, JsonElement Error, HttpResponseMessage Response)> FailAsync(string path, string? authorization = "Bearer " + Key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var client = new HttpClient { BaseAddress = Client.BaseAddress };
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization).Should().BeTrue();
        var response = await client.SendAsync(request);
        var body = await ReadAsync(response);
        return (response.StatusCode, body.TryGetProperty("error", out var error) ? error : default, response);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        await Ledger.DisposeAsync();
        await Store.DisposeAsync();
        _directory.Dispose();
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return document.RootElement.Clone();
    }
}
