using System.Net;
using Gateway.EndToEnd.Rig;

namespace Gateway.EndToEnd.Money;

/// <summary>Counting tokens for a provider that cannot: work of the gateway's own, which costs nothing and is bounded by the limits on requests.</summary>
public sealed class LocalCountTests
{
    private const string Key = "sk-canary-counting-000000000000000000005";

    [Fact]
    public async Task A_count_is_a_request_like_any_other_and_costs_nothing()
    {
        using var folder = new TempFolder();
        await using var upstream = await ScriptedUpstream.StartAsync(folder);
        var yaml = SharedRig.Yaml(upstream.Address).Replace("keys:\n", $"keys:\n  - {{ name: counting, key: {Key}, limits: {{ rpm: 3, tpm: 1 }}, budgets: [{{ limit: 0.000000001, period: month }}] }}\n", StringComparison.Ordinal);
        await using var gateway = await GatewayProcess.StartAsync(folder, yaml);
        var caller = gateway.Caller(Key);
        var body = Ask.Count("fast", "How many tokens are these?");

        for (var i = 2; i >= 0; i--)
        {
            var counted = await caller.PostAsync(Route.CountTokens.Path(), body);
            counted.Status.Should().Be(HttpStatusCode.OK, counted.Text);
            counted.Header("x-ratelimit-remaining-requests").Should().Be($"{i}");
        }

        var refused = await caller.PostAsync(Route.CountTokens.Path(), body);
        refused.Status.Should().Be(HttpStatusCode.TooManyRequests);
        refused.Error.GetProperty("type").GetString().Should().Be("rate_limit_error");
        refused.Error.GetProperty("message").GetString().Should().Contain("3 requests per minute");
        refused.Header("retry-after").Should().NotBeNullOrEmpty();
        (await gateway.BudgetsAsync()).Single().Should().Match<BudgetEntry>(static b => b.Spent == 0 && b.Held == 0);
        (await upstream.StatsAsync()).Requests.Should().Be(0);
        (await gateway.LedgerAsync()).Should().BeEmpty();
    }
}
