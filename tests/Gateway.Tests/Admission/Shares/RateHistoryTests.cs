using System.Globalization;
using Gateway.Config;
using Gateway.Core.Stores;
using Gateway.Storage.Postgres;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;
using Xunit.Abstractions;

namespace Gateway.Tests.Admission.Shares;

/// <summary>Requests and tokens a minute over several gateways, against a list of what they let in (M17). GATEWAY_SEED repeats a run.</summary>
[Collection(PostgresTests.Name)]
public sealed class RateHistoryTests(PostgresFixture postgres, ITestOutputHelper output)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public Task In_no_minute_do_gateways_whose_clocks_differ_let_in_more_than_the_limit(int gateways) =>
        RunAsync(gateways, histories: 300, steps: 200, static time => new ModelShareStore(time));

    [SkippableTheory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Nor_do_they_over_a_real_server(int gateways)
    {
        await using var store = new PostgresShareStore(await postgres.EmptyDatabaseAsync("rates"), ModelShareStore.UsedAfter);
        await store.MigrateAsync(CancellationToken.None);

        await RunAsync(gateways, histories: 4, steps: 60, _ => store);
    }

    private async Task RunAsync(int gateways, int histories, int steps, Func<ManualTime, IShareStore> store)
    {
        var seed = int.Parse(EnvironmentSource.Process.Get("GATEWAY_SEED") ?? Environment.TickCount.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        output.WriteLine($"GATEWAY_SEED={seed}");
        var random = new Random(seed);
        var (reached, refused) = (0, 0);
        for (var i = 0; i < histories; i++)
        {
            var time = new ManualTime();
            using var history = new RateHistory(random, time, store(time), $"h{i}", gateways);
            for (var step = 0; step < steps; step++)
            {
                await history.StepAsync();
                history.MostRequests.Should().BeLessThanOrEqualTo(history.Rpm, "seed {0}, history {1}, step {2}: requests", seed, i, step);
                history.MostTokens.Should().BeLessThanOrEqualTo(history.Tpm, "seed {0}, history {1}, step {2}: tokens", seed, i, step);
            }
            reached += history.MostRequests >= history.Rpm * 0.9 || history.MostTokens >= history.Tpm * 0.9 ? 1 : 0;
            refused += history.Refused;

            (await history.RestAsync()).Should().Be(history.Rpm, "seed {0}, history {1}: what nobody else needs one gateway gets", seed, i);
            history.MostRequests.Should().Be(history.Rpm);
            history.MostTokens.Should().BeLessThanOrEqualTo(history.Tpm);
        }

        output.WriteLine($"{reached} of {histories} came near a limit, {refused} requests were refused");
        refused.Should().BePositive();
        reached.Should().BeGreaterThan(histories / 2, "only who comes near the limit could exceed it");
    }
}
