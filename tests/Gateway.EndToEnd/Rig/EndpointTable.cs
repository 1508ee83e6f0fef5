using Gateway.Auth;
using Gateway.Config;
using Gateway.Endpoints;
using Gateway.Hosting;
using Gateway.Storage.Sqlite;
using Microsoft.AspNetCore.Builder;

namespace Gateway.EndToEnd.Rig;

/// <summary>The product's own table of everything it answers to, read as the program makes it: what is added there is in it.</summary>
internal static class EndpointTable
{
    public static async Task<IReadOnlyList<Endpoints.Route>> ReadAsync()
    {
        using var folder = new TempFolder();
        var loader = new ConfigLoader(ConfigSource.Demo, new EnvironmentSource(new Dictionary<string, string>()), GatewayHost.Kinds);
        var loaded = loader.Load();
        var config = loaded.Config! with { Store = new SqliteAddress(folder.File("gateway.db")), Server = new ServerConfig { AdminKey = new Secret(GatewayProcess.AdminKey) } };
        var builder = WebApplication.CreateEmptyBuilder(new());
        KestrelSetup.Configure(builder, config.Server);
        GatewayServices.Add(builder, config, loader, loaded);
        await using var app = builder.Build();
        return EndpointMap.Map(app.Services, config).All;
    }

    /// <summary>What takes a virtual key and more than a look: the routes that can cost something.</summary>
    public static IEnumerable<string> Inference(IEnumerable<Endpoints.Route> table) =>
        table.Where(static r => r.Access == Access.Inference && r.Methods.Any(static m => m is not ("GET" or "HEAD"))).Select(static r => r.Path);
}
