using System.Net;
using Gateway.Admin;
using Gateway.Auth;

namespace Gateway.Tests.Admin;

public class AdminGateTests
{
    private static readonly string[] Paths = ["/admin/v1/ledger", "/admin/v1/usage", "/admin/v1/budgets", "/admin/v1/config"];

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer wrong")]
    [InlineData("Bearer admin-key-of-at-least-32-character")]
    [InlineData("Bearer admin-key-of-at-least-32-characters1")]
    [InlineData("Bearer ADMIN-KEY-OF-AT-LEAST-32-CHARACTERS")]
    [InlineData("Basic " + AdminHost.Key)]
    [InlineData(AdminHost.Key)]
    [InlineData("Bearer sk-demo")]
    [InlineData("Bearer ' OR 1=1 --")]
    public async Task Whoever_has_not_the_key_gets_401(string? authorization)
    {
        await using var host = await AdminHost.StartAsync();
        foreach (var path in Paths)
        {
            var (status, error, response) = await host.FailAsync(path, authorization);

            status.Should().Be(HttpStatusCode.Unauthorized);
            response.Headers.WwwAuthenticate.ToString().Should().StartWith("Bearer");
            error.GetProperty("type").GetString().Should().Be("invalid_request_error");
            error.GetProperty("code").GetString().Should().Be("invalid_api_key");
            error.GetProperty("message").GetString().Should().NotContain(AdminHost.Key);
        }
    }

    [Theory]
    [InlineData("Bearer " + AdminHost.Key)]
    [InlineData("bearer " + AdminHost.Key)]
    public async Task Whoever_has_the_key_gets_in(string authorization)
    {
        await using var host = await AdminHost.StartAsync();
        foreach (var path in Paths)
            (await host.FailAsync(path, authorization)).Status.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Two_authorization_headers_are_refused()
    {
        await using var host = await AdminHost.StartAsync();

        using var client = new HttpClient { BaseAddress = host.Client.BaseAddress };
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", ["Bearer " + AdminHost.Key, "Bearer other"]);
        using var response = await client.GetAsync(new Uri(Paths[0], UriKind.Relative));

        response.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task Without_an_admin_key_there_are_no_endpoints(string? key)
    {
        await using var host = await AdminHost.StartAsync(key);

        foreach (var path in Paths)
        {
            using var response = await host.Client.GetAsync(new Uri(path, UriKind.Relative));
            response.StatusCode.Should().Be(HttpStatusCode.NotFound);
        }
        host.Routes.All.Should().BeEmpty();
    }

    [Fact]
    public async Task Every_endpoint_says_that_it_is_for_admins()
    {
        await using var host = await AdminHost.StartAsync();

        host.Routes.All.Should().HaveCountGreaterThan(2 * Paths.Length, "each path answers GET, and says so to other methods").And.OnlyContain(static r => r.Access == Access.Admin);
    }

    [Fact]
    public async Task Ten_wrong_keys_in_a_minute_shut_even_the_right_one_out_until_it_is_over()
    {
        var time = new ManualTime();
        await using var host = await AdminHost.StartAsync(time: time);
        for (var i = 0; i < LoginThrottle.Allowed; i++)
            (await host.FailAsync(Paths[0], $"Bearer guess-{i}")).Status.Should().Be(HttpStatusCode.Unauthorized);

        var (status, error, response) = await host.FailAsync(Paths[0]);

        status.Should().Be(HttpStatusCode.TooManyRequests, "else the eleventh guess could be the right one");
        error.GetProperty("code").GetString().Should().Be("rate_limit_exceeded");
        response.Headers.RetryAfter!.Delta.Should().BePositive().And.BeLessThanOrEqualTo(LoginThrottle.Window);
        time.Advance(LoginThrottle.Window);
        (await host.FailAsync(Paths[0])).Status.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Requests_without_any_key_do_not_shut_the_admin_out()
    {
        await using var host = await AdminHost.StartAsync(time: new ManualTime());
        for (var i = 0; i < 3 * LoginThrottle.Allowed; i++)
            (await host.FailAsync(Paths[0], null)).Status.Should().Be(HttpStatusCode.Unauthorized);

        (await host.FailAsync(Paths[0])).Status.Should().Be(HttpStatusCode.OK);
    }
}
