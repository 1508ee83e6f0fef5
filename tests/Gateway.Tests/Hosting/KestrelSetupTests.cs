using Gateway.Auth;
using Gateway.Config;
using Gateway.Hosting;
using Microsoft.AspNetCore.Builder;

namespace Gateway.Tests.Hosting;

public class KestrelSetupTests
{
    [Fact]
    public async Task Requests_of_one_connection_have_one_memory_of_the_key_and_those_of_another_have_another()
    {
        var seen = new List<ShownKey?>();
        var builder = WebApplication.CreateEmptyBuilder(new());
        KestrelSetup.Configure(builder, new ServerConfig { Urls = "http://127.0.0.1:0" });
        await using var app = builder.Build();
        app.Run(http =>
        {
            seen.Add(http.Features.Get<ShownKey>());
            return Task.CompletedTask;
        });
        await app.StartAsync();
        using var one = new HttpClient();
        using var other = new HttpClient();

        foreach (var client in new[] { one, one, other })
            (await client.GetAsync(app.Urls.Single())).Dispose();

        seen[0].Should().NotBeNull().And.BeSameAs(seen[1]);
        seen[2].Should().NotBeNull().And.NotBeSameAs(seen[0]);
    }
}
