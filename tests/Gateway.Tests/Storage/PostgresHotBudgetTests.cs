using System.Diagnostics;
using Gateway.Admission.Shares;
using Gateway.Config;
using Gateway.Storage.Postgres;
using Gateway.Tests.Admission.Shares;
using Gateway.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;
using static Gateway.Tests.Admission.AdmissionRig;

namespace Gateway.Tests.Storage;

/// <summary>Four gateways reserve from one budget as fast as they can, until there is nothing left (M20).</summary>
[Collection(PostgresTests.Name)]
public sealed class PostgresHotBudgetTests(PostgresFixture postgres, ITestOutputHelper output)
{
    private const int Gateways = 4, WorkersPerGateway = 2;

    // Tokens that one request holds. At the end no gateway has so much, nor the store and the richest of them together: that is the slice a gateway can keep from the others.
    private const int Hold = 10;

    private const long Requests = 200_000, Limit = Requests * Hold * NanoPerToken;

    /// <summary>What is asked of four gateways together. Two cores with a load of ten, the server's included, did 237,000.</summary>
    private const double LeastPerSecond = 10_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60), Rest = TimeSpan.FromSeconds(4);

    [SkippableFact]
    public async Task A_hot_budget_is_spent_by_four_gateways_to_the_last_slice_and_not_beyond()
    {
        var address = await postgres.EmptyDatabaseAsync("hot");
        await using var observer = new PostgresShareStore(address, ModelShareStore.UsedAfter);
        await observer.MigrateAsync(CancellationToken.None);
        var hot = new HotBudget();
        var gateways = new List<HotGateway>();
        try
        {
            for (var i = 0; i < Gateways; i++)
                gateways.Add(new(address, $"hot{i}"));
            using var over = new CancellationTokenSource();
            var watching = WatchAsync(address, over.Token);
            var watch = Stopwatch.StartNew();

            await Task.WhenAll(gateways.SelectMany(g => Enumerable.Range(0, WorkersPerGateway).Select(w => Task.Run(() => hot.SpendAsync(g, w))))).WaitAsync(Patience);

            var perSecond = hot.Admitted / watch.Elapsed.TotalSeconds;
            await SpendRestAsync(gateways, hot);
            await over.CancelAsync();
            var (looks, most) = await watching;
            output.WriteLine($"{hot.Admitted} reservations, {perSecond:N0} a second; {hot.Refused} refused; {Limit - hot.Spent} of {Limit} nano-dollars unused, {looks} looks at the leases, at most {most} granted");
            hot.Most.Should().BeInRange(Limit / 2, Limit, "what is spent and held is never more than the limit");
            most.Should().BeInRange(Limit / 2, Limit, "nor do the shares together ever exceed it");
            looks.Should().BePositive();
            hot.Refused.Should().BeGreaterThanOrEqualTo(Gateways, "each came to the end");
            gateways.Sum(static g => g.Held).Should().Be(0);
            (await SumAsync(address, "used")).Should().Be(hot.Spent, "the gateways counted what was spent");
            (Limit - hot.Spent).Should().BeInRange(0, Gateways * Hold * NanoPerToken, "what nobody could spend is no more than a slice for each");
            perSecond.Should().BeGreaterThan(LeastPerSecond);
        }
        finally
        {
            foreach (var gateway in gateways)
                await gateway.DisposeAsync();
        }
    }

    /// <summary>What came back late is spent too; over when nobody has got anything for some beats.</summary>
    private static async Task SpendRestAsync(List<HotGateway> gateways, HotBudget hot)
    {
        var began = Stopwatch.GetTimestamp();
        for (var last = began; Stopwatch.GetElapsedTime(last) < Rest;)
        {
            Stopwatch.GetElapsedTime(began).Should().BeLessThan(Patience, "a budget has an end");
            foreach (var gateway in gateways)
            {
                while (await hot.TryAsync(gateway, Hold))
                    last = Stopwatch.GetTimestamp();
            }
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    /// <summary>What all shares together were at the most.</summary>
    private static async Task<(int Looks, long Most)> WatchAsync(PostgresAddress address, CancellationToken over)
    {
        var (looks, most) = (0, 0L);
        while (!over.IsCancellationRequested)
        {
            most = Math.Max(most, await SumAsync(address, "granted"));
            looks++;
        }
        return (looks, most);
    }

    private static async Task<long> SumAsync(PostgresAddress address, string column) =>
        (long)(await PostgresServer.ExecuteAsync(address, $"SELECT coalesce(sum({column}), 0)::bigint FROM limit_lease WHERE name LIKE 'budget %'"))!;

    /// <summary>A gateway's admission with its loop and its sessions.</summary>
    private sealed class HotGateway : IAsyncDisposable
    {
        private readonly PostgresShareStore _store;
        private readonly ShareInstance _instance;
        private readonly ShareLoop _loop;

        public HotGateway(PostgresAddress address, string id)
        {
            _store = new(address, ModelShareStore.UsedAfter);
            _instance = new(id, TimeProvider.System, _store, static () => Key(budgets: Budget(Requests * Hold, BudgetPeriod.Total)));
            var dead = new DeadShares(_store, new Rows(), _instance.Book, new LedgerConfig(), NullLogger<DeadShares>.Instance);
            _loop = new(_instance.Broker, _instance.Book, _store, dead, TimeProvider.System, NullLogger<ShareLoop>.Instance);
            _loop.Start();
        }

        /// <summary>By its own count, nano-dollars.</summary>
        public long Held => _instance.Book.Held.Value;

        public Task<Gateway.Admission.AdmissionResult> EnterAsync() => _instance.Begin(Hold);

        public async ValueTask DisposeAsync()
        {
            await _loop.DisposeAsync();
            _instance.Dispose();
            await _store.DisposeAsync();
        }
    }

    /// <summary>The count of all gateways together, which none of them has.</summary>
    private sealed class HotBudget
    {
        private long _spent, _used, _most, _admitted, _refused;

        public long Spent => _spent;

        /// <summary>The most that was spent and held at one time.</summary>
        public long Most => _most;

        public long Admitted => _admitted;

        public long Refused => _refused;

        /// <summary>Until the first no.</summary>
        public async Task SpendAsync(HotGateway gateway, int seed)
        {
            var random = new Random(seed);
            while (await TryAsync(gateway, random.Next(Hold / 2, Hold + 1)))
            {
            }
        }

        /// <summary>Reserves for one request, which then costs so many tokens.</summary>
        public async Task<bool> TryAsync(HotGateway gateway, int cost)
        {
            var entered = await gateway.EnterAsync();
            if (entered.Reservation is not { } reservation)
            {
                Interlocked.Increment(ref _refused);
                return false;
            }
            Interlocked.Increment(ref _admitted);
            var all = Interlocked.Add(ref _used, Hold * NanoPerToken);
            for (var most = Interlocked.Read(ref _most); all > most && Interlocked.CompareExchange(ref _most, all, most) != most;)
                most = Interlocked.Read(ref _most);
            // Before the gateway may give it to somebody else.
            Interlocked.Add(ref _used, (cost - Hold) * NanoPerToken);
            Interlocked.Add(ref _spent, cost * NanoPerToken);
            Settle(reservation, cost);
            return true;
        }
    }
}
