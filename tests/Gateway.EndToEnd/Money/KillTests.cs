using System.Collections.Concurrent;
using System.Globalization;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;
using Xunit.Abstractions;

namespace Gateway.EndToEnd.Money;

/// <summary>kill -9 under load, again and again (reliability R6, M2). GATEWAY_KILLS sets how often; .ci/run kills 200 times.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Workers = 8;

    [SkippableTheory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task No_row_of_an_answer_whose_last_byte_arrived_is_lost_by_a_kill_and_none_is_doubled(StoreKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        var kills = int.Parse(Environment.GetEnvironmentVariable("GATEWAY_KILLS") ?? "25", CultureInfo.InvariantCulture) / (kind == StoreKind.Sqlite ? 1 : 4);
        var seed = int.Parse(Environment.GetEnvironmentVariable("GATEWAY_SEED") ?? Environment.TickCount.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        output.WriteLine($"GATEWAY_SEED={seed} GATEWAY_KILLS={kills}");
        var random = new Random(seed);
        using var folder = new TempFolder();
        await using var upstream = await ScriptedUpstream.StartAsync(folder);
        await using var gateway = await GatewayProcess.StartAsync(folder, SharedRig.Yaml(upstream.Address, store.Address) + "\nbudgets: [{ limit: 1000000.00, period: total }]\n", store.Environment);
        var acknowledged = new ConcurrentDictionary<string, byte>();
        var restarts = new List<double>();

        for (var round = 0; round < kills; round++)
        {
            var load = Enumerable.Range(0, Workers).Select(w => CallUntilDeadAsync(gateway.Caller(SharedRig.AppKey), $"kill-{round}-{w}", acknowledged)).ToArray();
            // On a server the first answer of a process comes a little later.
            await Task.Delay(random.Next(50, 500) * (kind == StoreKind.Sqlite ? 1 : 3));
            await gateway.KillAsync();
            await Task.WhenAll(load);
            await gateway.StartAsync();
            restarts.Add(gateway.TimeToReady.TotalMilliseconds);
        }

        var invoice = upstream.Invoice.ToDictionary(static l => l.Case);
        var rows = await Eventually.ValueAsync(
            () => gateway.LedgerAsync(), r => acknowledged.Keys.All(r.Select(static x => x.User!).ToHashSet().Contains), TimeSpan.FromSeconds(10), $"a row of each of {acknowledged.Count} answers (seed {seed})");
        rows.Select(static r => r.AttemptId).Should().OnlyHaveUniqueItems();
        rows.GroupBy(static r => r.User).Where(static g => g.Count() > 1).Should().BeEmpty("each request was one attempt");
        foreach (var row in rows.Where(r => acknowledged.ContainsKey(r.User!)))
            row.CostNanoUsd.Should().Be(invoice[row.User!].NanoUsd, row.User);
        rows.Where(r => !invoice.ContainsKey(r.User!)).Should().NotContain(static r => r.UsageSource == "exact", "what the upstream never finished is not exact");
        invoice.Keys.Except(rows.Select(static r => r.User!)).Should().BeEmpty("every attempt that reached the upstream has a row");
        var inDoubt = rows.Where(static r => r.UsageSource == "in_doubt").ToArray();
        inDoubt.Length.Should().BeLessThanOrEqualTo(kills * Workers, "no more than were under way");
        inDoubt.Where(r => invoice.TryGetValue(r.User!, out var line) && line.NanoUsd > r.CostNanoUsd).Should().BeEmpty("what is in doubt is never charged below the upstream's bill");
        var budget = (await gateway.BudgetsAsync()).Should().ContainSingle().Subject;
        budget.Held.Should().Be(0);
        budget.Spent.Should().Be(rows.Sum(static r => r.CostNanoUsd), "what is spent is what the rows say");
        var (code, audit) = await gateway.AuditAsync();
        code.Should().Be(0, audit);
        restarts.Sort();
        output.WriteLine($"{acknowledged.Count} answers acknowledged, {rows.Count} rows, {inDoubt.Length} in doubt, restart p50 {restarts[restarts.Count / 2]:0} ms, max {restarts[^1]:0} ms");
        acknowledged.Count.Should().BeGreaterThan(kills);
        restarts[^1].Should().BeLessThanOrEqualTo(2000, "a restart takes at most two seconds");
    }

    /// <summary>Calls until the gateway is gone; a name is noted when its answer's last byte is here.</summary>
    private static async Task CallUntilDeadAsync(Caller app, string prefix, ConcurrentDictionary<string, byte> acknowledged)
    {
        for (var i = 0; ; i++)
        {
            var name = $"{prefix}-{i}";
            var stream = i % 2 == 1;
            var body = Ask.Chat("fast", new Script { Case = name, PromptTokens = 100 + i, Chunks = (i % 5) + 1 }, stream);
            try
            {
                if (stream)
                {
                    if (!(await app.StreamAsync(body)).Done)
                        return;
                }
                else if ((await app.ChatAsync(body)).Status != System.Net.HttpStatusCode.OK)
                {
                    throw new InvalidOperationException("a request failed although the gateway was there");
                }

                acknowledged[name] = 0;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
            {
                return;
            }
        }
    }
}
