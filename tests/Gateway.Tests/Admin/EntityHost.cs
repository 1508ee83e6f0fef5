using System.Net;
using System.Text;
using System.Text.Json;
using Gateway.Config;
using Gateway.Core.Stores;
using Gateway.Endpoints;
using Gateway.Entities;
using Gateway.Hosting;
using Gateway.Metering;
using Gateway.Tests.Metering;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Admin;

/// <summary>A whole gateway in this process: a file, a store, the demo model. Restarts keep both.</summary>
internal sealed class EntityHost : IAsyncDisposable
{
    public const string AdminKey = "an-admin-key-of-more-than-32-characters";

    /// <summary>Tests ask faster than anybody clicks.</summary>
    public const string Yaml = """
        server: { admin_key: an-admin-key-of-more-than-32-characters, admin_rps: 100000 }
        store: sqlite:{folder}/gateway.db
        providers: [{ name: demo, kind: demo }]
        models: [{ name: demo, unpriced: allow, targets: [{ provider: demo, model: demo }] }, { name: other, unpriced: allow, targets: [{ provider: demo, model: demo }] }]
        keys: [{ name: filed, key: sk-filed-canary, team: growth }]
        teams: [{ name: growth, limits: { rpm: 600 } }]
        """;

    private readonly TempDirectory _directory;
    private readonly bool _ownsDirectory;
    private readonly WebApplication _app;

    private EntityHost(WebApplication app, RouteList routes, TempDirectory directory, bool ownsDirectory)
    {
        (_app, Routes, _directory, _ownsDirectory) = (app, routes, directory, ownsDirectory);
        Client = new() { BaseAddress = new(app.Urls.Single()) };
    }

    public HttpClient Client { get; }

    public RouteList Routes { get; }

    public IServiceProvider Services => _app.Services;

    public string StorePath => _directory.File("gateway.db");

    public static async Task<EntityHost> StartAsync(string yaml = Yaml, TempDirectory? directory = null)
    {
        var folder = directory ?? new TempDirectory();
        var path = folder.File("gateway.yaml");
        await File.WriteAllTextAsync(path, yaml.Replace("{folder}", Path.GetDirectoryName(path), StringComparison.Ordinal));
        var loader = new ConfigLoader(new ConfigSource(path, true, "gateway.yaml"), new EnvironmentSource(new Dictionary<string, string>()), GatewayHost.Kinds);
        var loaded = loader.Load();
        var config = loaded.Config ?? throw new InvalidOperationException(string.Join('\n', loaded.Errors));
        config = config with { Server = config.Server with { Urls = "http://127.0.0.1:0" } };
        var builder = WebApplication.CreateEmptyBuilder(new());
        KestrelSetup.Configure(builder, config.Server);
        GatewayServices.Add(builder, config, loader, loaded);
        var app = builder.Build();
        await app.Services.GetRequiredService<LedgerWriter>().Recovered;
        await app.Services.GetRequiredService<IEntityStore>().MigrateAsync(CancellationToken.None);
        await app.Services.GetRequiredService<EntityBook>().RefreshAsync(CancellationToken.None);
        app.Services.GetRequiredService<SnapshotSwitch>().Apply(config, generation: 1);
        var routes = EndpointMap.Map(app.Services, config);
        app.Run(routes.RunAsync);
        await app.StartAsync();
        app.Services.GetRequiredService<Lifecycle>().Ready();
        return new(app, routes, folder, directory is null);
    }

    /// <summary>Asks the admin API.</summary>
    public async Task<Answer> AdminAsync(string method, string path, string? json = null, string? ifMatch = null, string credential = AdminKey)
    {
        using var request = new HttpRequestMessage(new(method), path);
        request.Headers.Authorization = new("Bearer", credential);
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await Client.SendAsync(request);
        return new(response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers.ETag?.Tag, response.Headers.Location?.ToString());
    }

    /// <summary>Makes a key and returns its secret.</summary>
    public async Task<string> MakeKeyAsync(string json)
    {
        var made = await AdminAsync("POST", "/admin/v1/keys", json);
        made.Status.Should().Be(HttpStatusCode.Created, made.Text);
        return made.Json.GetProperty("key").GetString()!;
    }

    /// <summary>Makes an admin token and returns its secret.</summary>
    public async Task<string> MakeTokenAsync(string json)
    {
        var made = await AdminAsync("POST", "/admin/v1/tokens", json);
        made.Status.Should().Be(HttpStatusCode.Created, made.Text);
        return made.Json.GetProperty("token").GetString()!;
    }

    /// <summary>Asks the demo model with a key.</summary>
    public async Task<Answer> ChatAsync(string key, string model = "demo")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions");
        request.Headers.Authorization = new("Bearer", key);
        request.Content = new StringContent($$"""{"model":"{{model}}","messages":[{"role":"user","content":"Hello."}],"max_tokens":5}""", Encoding.UTF8, "application/json");
        using var response = await Client.SendAsync(request);
        return new(response.StatusCode, await response.Content.ReadAsStringAsync(), null, null);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.Services.GetRequiredService<LedgerWriter>().StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        if (_ownsDirectory)
            _directory.Dispose();
    }

    internal sealed record Answer(HttpStatusCode Status, string Text, string? ETag, string? Location)
    {
        public JsonElement Json => JsonDocument.Parse(Text).RootElement;

        public JsonElement Error => Json.GetProperty("error");

        public string? Code => Error.GetProperty("code").GetString();

        public string? Param => Error.GetProperty("param").GetString();
    }
}
