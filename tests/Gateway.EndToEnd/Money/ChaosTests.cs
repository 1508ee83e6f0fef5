using System.Globalization;
using Gateway.EndToEnd.Rig;
using Gateway.EndToEnd.Streams;
using Gateway.FakeUpstream;
using Xunit.Abstractions;

namespace Gateway.EndToEnd.Money;

/// <summary>Four gateways on one PostgreSQL, one or another of them killed again and again under load (M10). GATEWAY_CHAOS_SECONDS sets for how long, GATEWAY_SEED what the load is like.</summary>
[Collection(Alone.Name)]
public sealed class ChaosTests(ITestOutputHelper output)
{
    private const int Gateways = 4;

    // Nano-dollars. Steps as different as the load of those that share them: every one of them binds.
    private const long Step = 5_000_000;

    [SkippableFact]
    public async Task Gateways_that_are_killed_at_random_never_spend_more_than_the_budget_and_never_lose_a_row()
    {
        var time = TimeSpan.FromSeconds(Number("GATEWAY_CHAOS_SECONDS", 20));
        var seed = Number("GATEWAY_SEED", Environment.TickCount);
        output.WriteLine($"GATEWAY_SEED={seed} GATEWAY_CHAOS_SECONDS={time.TotalSeconds}");
        ChaosBudget key = new("key", "app", "key 'app'", Step), team = new("team", "crew", "team 'crew'", 2 * Step), all = new("gateway", "", "the gateway", 3 * Step);
        await using var fleet = await Fleet.StartAsync(Gateways, $"team: crew, {key.Yaml}", root: $$"""
              - { name: mate, key: {{SharedRig.NarrowKey}}, team: crew }
              - { name: solo, key: {{SharedRig.SpenderKey}} }
            teams: [{ name: crew, {{team.Yaml}} }]
            {{all.Yaml}}
            """);
        using var chaos = new ChaosLoad(fleet, Gateways, [key, team, all], [SharedRig.AppKey, SharedRig.NarrowKey, SharedRig.SpenderKey], seed);

        await chaos.RunAsync(time);

        output.WriteLine(chaos.ToString());
        chaos.Budgets.Should().OnlyContain(static b => b.MostOver <= 0, $"what is spent and held never exceeds a budget (seed {seed})");
        chaos.Negatives.Should().Be(0, $"seed {seed}");
        chaos.Samples.Should().BePositive();
        chaos.Kills.Should().BePositive();
        chaos.Forgotten.Should().BePositive();
        chaos.Budgets.Should().OnlyContain(static b => b.Refused > 0, "only who comes to the limit could exceed it");
        var rows = await fleet.RequireTruthAsync();
        output.WriteLine($"{rows.Count} rows, {rows.Sum(static r => r.CostNanoUsd)} nano-dollars of {all.Limit}, by source: {string.Join(", ", rows.GroupBy(static r => r.UsageSource).Select(static g => $"{g.Key} {g.Count()}"))}");
        RequireInvoice(fleet.Upstream.Invoice, rows, chaos, seed);
    }

    private static void RequireInvoice(IReadOnlyList<InvoiceLine> invoice, IReadOnlyList<LedgerEntry> rows, ChaosLoad chaos, int seed)
    {
        var billed = invoice.ToDictionary(static l => l.Case);
        var booked = rows.ToDictionary(static r => r.User!);
        chaos.Answered.Count.Should().BePositive();
        chaos.Answered.Keys.Except(booked.Keys).Should().BeEmpty($"every answer has a row (seed {seed})");
        chaos.Answered.Keys.Where(n => booked[n].CostNanoUsd != billed[n].NanoUsd || booked[n].UsageSource != "exact").Should().BeEmpty($"its row is the upstream's price (seed {seed})");
        chaos.Answered.Keys.Sum(n => booked[n].CostNanoUsd).Should().Be(chaos.Answered.Keys.Sum(n => billed[n].NanoUsd));
        billed.Keys.Except(booked.Keys).Should().BeEmpty($"everything on the invoice has a row (seed {seed})");
        billed.Values.Where(l => booked[l.Case].CostNanoUsd < l.NanoUsd).Should().BeEmpty($"nothing is charged below the upstream's bill (seed {seed})");
        rows.Should().NotContain(static r => r.CostNanoUsd < 0 || r.Input < 0 || r.Output < 0);
        foreach (var budget in chaos.Budgets)
        {
            var paid = rows.Where(budget.Pays).ToArray();
            paid.Should().NotBeEmpty();
            paid.Sum(static r => r.CostNanoUsd).Should().BeLessThanOrEqualTo(budget.Limit, $"{budget} (seed {seed})");
            paid.Sum(r => billed.GetValueOrDefault(r.User!)?.NanoUsd ?? 0).Should().BeLessThanOrEqualTo(budget.Limit, $"nor did the provider bill more: {budget} (seed {seed})");
        }
        rows.Count(static r => r.UsageSource != "exact").Should().BeLessThanOrEqualTo(chaos.Kills * ChaosLoad.WorkersPerGateway, "no more are in doubt than were under way");
    }

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { } set ? int.Parse(set, CultureInfo.InvariantCulture) : otherwise;
}
