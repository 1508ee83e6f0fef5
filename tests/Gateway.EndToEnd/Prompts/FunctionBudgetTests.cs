using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Prompts;

/// <summary>A function's budget over HTTP, in metrics and the audit, and over a kill.</summary>
public sealed class FunctionBudgetTests
{
    private const string Second = "sk-second-0123456789abcdef";

    [Fact]
    public async Task It_binds_all_who_ask_for_the_function_and_nothing_else_and_outlives_the_process()
    {
        await using var rig = await FunctionGateway.StartAsync(
            """
            prompts: [{ name: p, versions: [{ messages: [{ role: system, content: x }] }] }]
            functions:
              - { name: small, model: chat, prompt: p, params: { max_tokens: 500 }, budgets: [{ limit: 0.001, period: day }, { limit: 1, period: month, rolling: true }] }
              - { name: free, model: chat, prompt: p }
            """,
            $"  - {{ name: second, key: {Second} }}");
        var name = Ask.NewCase("small");
        var body = Ask.Chat("fn/small", new Script { Case = name, PromptTokens = 300, CompletionTokens = 500, Text = "yes" });

        (await rig.App.ChatAsync(body)).Status.Should().Be(HttpStatusCode.OK);
        var refused = await rig.Gateway.Caller(Second).ChatAsync(body);
        var other = await rig.Gateway.Caller(Second).ChatAsync(body.Replace("fn/small", "fn/free", StringComparison.Ordinal));
        var explained = await rig.Gateway.Caller(GatewayProcess.AdminKey).PostAsync("/admin/v1/explain", $$"""{"key":"second","body":{{body}}}""");

        refused.Status.Should().Be(HttpStatusCode.TooManyRequests, refused.Text);
        refused.Error.GetProperty("code").GetString().Should().Be("budget_exceeded");
        refused.Error.GetProperty("message").GetString().Should().Contain("the day budget of function 'small' is $0.001; spent $0.0008");
        other.Status.Should().Be(HttpStatusCode.OK, other.Text);
        explained.Json.GetProperty("limits").EnumerateArray().Select(static l => l.GetProperty("owner_kind").GetString()).Should().Equal("function");
        await RequireSpentAsync(rig, name);
        (await rig.Gateway.MetricsAsync()).Sum("gateway_budget_rejections_total", ("owner_kind", "function"), ("owner", "small")).Should().Be(1);
        (await rig.Gateway.AuditAsync()).Output.Should().Contain("budget of function 'small' (day): $0.0008 spent, rows $0.0008, limit $0.001\n").And.EndWith("0 differences\n");

        await rig.Gateway.KillAsync();
        await rig.Gateway.StartAsync();

        await RequireSpentAsync(rig, name);
        (await rig.App.ChatAsync(body)).Status.Should().Be(HttpStatusCode.TooManyRequests);
    }

    /// <summary>An answer costs $0.009 and is held at $0.045 or more.</summary>
    [SkippableFact]
    public async Task Gateways_on_one_store_share_it_and_the_audit_knows_who_spent_what()
    {
        await using var fleet = await Fleet.StartAsync(2, "budgets: [{ limit: 1000.00, period: month }]", root: """
            prompts: [{ name: p, versions: [{ messages: [{ role: system, content: x }] }] }]
            functions: [{ name: shared, model: fast, prompt: p, budgets: [{ limit: 0.10, period: month }] }]
            """);
        foreach (var i in new[] { 0, 1 }) (await fleet.AskAsync(i, $"plain-{i}", stream: false)).Should().Be(HttpStatusCode.OK);   // the key's, and not the function's
        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(i => fleet[i % 2].Caller(SharedRig.AppKey).ChatAsync(
            Ask.Chat("fn/shared", new Script { Case = $"shared-{i}", PromptTokens = 500, CompletionTokens = 60_000 }, extra: "\"max_tokens\":300000"))));

        answers.Select(static a => a.Status).Distinct().Should().BeEquivalentTo([HttpStatusCode.OK, HttpStatusCode.TooManyRequests]);
        await fleet[1].LedgerAsync();
        var rows = (await fleet.RequireTruthAsync()).Where(static r => r.Function == "shared").ToList();
        rows.Sum(static r => r.CostNanoUsd).Should().BePositive().And.BeLessThanOrEqualTo(100_000_000);
        var (code, audit) = await fleet[0].AuditAsync();
        code.Should().Be(0, audit);
        audit.Should().MatchRegex(@"budget of function 'shared' \(month\): \$0\.0");
        foreach (var id in new[] { await fleet.OtherThanAsync(0), await fleet.OtherThanAsync(1) })
            audit.Should().MatchRegex($@"gateway {id}: \$([0-9.]+) counted, rows \$\1, holds ");
    }

    private static async Task RequireSpentAsync(FunctionGateway rig, string name)
    {
        await rig.Gateway.RowsOfAsync(name, 2);
        var budgets = await Eventually.ValueAsync(rig.Gateway.BudgetsAsync, static all => all.All(static b => b.Held == 0), TimeSpan.FromSeconds(10), "budgets without holds");
        budgets.Should().BeEquivalentTo(new[] { new { OwnerKind = "function", Owner = "small", Period = "day", Spent = 800_000L }, new { OwnerKind = "function", Owner = "small", Period = "month", Spent = 800_000L } });
    }
}
