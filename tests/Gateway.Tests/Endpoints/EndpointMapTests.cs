using Gateway.Auth;
using Gateway.Config;
using Gateway.Endpoints;
using Gateway.Hosting;
using Gateway.Storage.Sqlite;
using Gateway.Tests.Metering;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Gateway.Tests.Endpoints;

public class EndpointMapTests
{
    [Fact]
    public async Task Every_endpoint_says_who_may_call_it()
    {
        var endpoints = await MapAsync("an-admin-key-of-more-than-32-characters");

        endpoints.Should().HaveCountGreaterThan(15).And.OnlyContain(static e => e.Metadata.GetMetadata<AccessMetadata>() != null);
        endpoints.OfType<RouteEndpoint>().Where(static e => e.RoutePattern.RawText!.StartsWith("/admin", StringComparison.Ordinal))
            .Should().NotBeEmpty().And.OnlyContain(static e => e.Metadata.GetMetadata<AccessMetadata>()!.Access == Access.Admin);
    }

    [Fact]
    public async Task Without_an_admin_key_there_is_no_admin_endpoint()
    {
        var endpoints = await MapAsync(null);

        endpoints.OfType<RouteEndpoint>().Should().NotContain(static e => e.RoutePattern.RawText!.StartsWith("/admin", StringComparison.Ordinal));
    }

    private static async Task<List<Endpoint>> MapAsync(string? adminKey)
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
        EndpointMap.Map(app, config);
        return [.. ((IEndpointRouteBuilder)app).DataSources.SelectMany(static s => s.Endpoints)];
    }
}
