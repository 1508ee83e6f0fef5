using Gateway.Auth;
using Gateway.Config;
using Gateway.Endpoints;
using Gateway.Hosting;
using Gateway.Storage.Sqlite;
using Gateway.Tests.Metering;
using Microsoft.AspNetCore.Builder;

namespace Gateway.Tests.Endpoints;

public class EndpointMapTests
{
    [Fact]
    public async Task Every_endpoint_says_who_may_call_it()
    {
        var endpoints = await MapAsync("an-admin-key-of-more-than-32-characters");

        endpoints.Should().HaveCountGreaterThan(15);
        endpoints.Where(static r => r.Path.StartsWith("/admin", StringComparison.Ordinal)).Should().NotBeEmpty().And.OnlyContain(static r => r.Access == Access.Admin);
        endpoints.Where(static r => r.Path.StartsWith("/v1", StringComparison.Ordinal) && r.Methods.Count > 0).Should().NotBeEmpty().And.OnlyContain(static r => r.Access == Access.Inference);
    }

    [Fact]
    public async Task Without_an_admin_key_there_is_no_admin_endpoint()
    {
        var endpoints = await MapAsync(null);

        endpoints.Should().NotContain(static r => r.Path.StartsWith("/admin", StringComparison.Ordinal));
    }

    private static async Task<IReadOnlyList<Route>> MapAsync(string? adminKey)
    {
        using var directory = new TempDirectory();
        var loader = new ConfigLoader(ConfigSource.Demo, new EnvironmentSource(new Dictionary<string, string>()), GatewayHost.Kinds);
        var loaded = loader.Load();
        var config = loaded.Config! with
        {
            Store = new SqliteAddress(directory.File("gateway.db")),
            Server = new ServerConfig { AdminKey = adminKey is null ? null : new Secret(adminKey) },
        };
        var builder = WebApplication.CreateEmptyBuilder(new());
        KestrelSetup.Configure(builder, config.Server);
        GatewayServices.Add(builder, config, loader, loaded);
        await using var app = builder.Build();
        return EndpointMap.Map(app.Services, config).All;
    }
}
