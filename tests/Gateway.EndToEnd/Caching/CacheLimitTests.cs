using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Caching;

/// <summary>What a cached answer takes of limits, and what a change of the configuration leaves of the cache.</summary>
public sealed class CacheLimitTests
{
    [Fact]
    public async Task A_hit_counts_as_a_request_and_takes_nothing_of_a_budget()
    {
        await using var rig = await CachingGateway.StartAsync(app: ", limits: { rpm: 4 }, budgets: [{ limit: 0.000488, period: total }]");
        var name = Ask.NewCase("limits");
        var body = Ask.Chat("fast", new Script { Case = name, PromptTokens = 1000, CompletionTokens = 3000 }, extra: "\"max_tokens\":10");

        (await rig.App.ChatAsync(body)).Status.Should().Be(HttpStatusCode.OK);
        (await rig.Gateway.BudgetsAsync()).Single().Should().Match<BudgetEntry>(static b => b.Spent == 487_500 && b.Limit == 488_000);
        (await rig.App.ChatAsync(Ask.Chat("fast", new Script { Case = name }, extra: "\"max_tokens\":11"))).Status.Should().Be(HttpStatusCode.TooManyRequests, "the budget is spent");
        for (var left = 2; left >= 0; left--)
        {
            var hit = await rig.App.ChatAsync(body);
            (hit.Status, hit.Header("x-gateway-cache"), hit.Header("x-ratelimit-remaining-requests")).Should().Be((HttpStatusCode.OK, "hit", $"{left}"));
        }

        var refused = await rig.App.ChatAsync(body);
        refused.Status.Should().Be(HttpStatusCode.TooManyRequests);
        refused.Error.GetProperty("message").GetString().Should().Contain("4 requests per minute");
    }

    [Fact]
    public async Task A_reload_that_changes_no_answer_keeps_the_cache_and_another_one_does_not()
    {
        await using var rig = await CachingGateway.StartAsync();
        var name = Ask.NewCase("reload");
        Task<Answer> Ask1() => rig.App.ChatAsync(Ask.Chat("fast", new Script { Case = name }));
        (await Ask1()).Header("x-gateway-cache").Should().Be("miss");

        await ReloadAsync(rig, ", description: only words");
        (await Ask1()).Header("x-gateway-cache").Should().Be("hit");
        await ReloadAsync(rig, ", params: { temperature: 0.5 }");
        (await Ask1()).Header("x-gateway-cache").Should().Be("miss");
        await ReloadAsync(rig, "");
        (await Ask1()).Header("x-gateway-cache").Should().Be("hit", "what was asked in the same way before is still there");
    }

    private static async Task ReloadAsync(CachingGateway rig, string more)
    {
        var generation = (await rig.Gateway.MetricsAsync()).Sum("gateway_config_generation");
        rig.Gateway.WriteConfig(rig.Yaml(more));
        await Eventually.ValueAsync(async () => (await rig.Gateway.MetricsAsync()).Sum("gateway_config_generation"), g => g > generation, TimeSpan.FromSeconds(10), "the next configuration");
    }
}
