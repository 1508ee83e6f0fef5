using Gateway.Admission;
using Gateway.Admission.Shares;
using Gateway.Config;
using Gateway.Core.Stores;
using Gateway.Storage.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Benchmarks.Money;

/// <summary>Several gateways in one process, on one server, under one team budget: each with its share, its loop and its journal.</summary>
internal sealed class GatewayFleet : ISettler
{
    private readonly List<(GatewaySettler Settler, ShareBroker Broker, ShareLoop Loop, PostgresShareStore Store)> _gateways = [];

    private GatewayFleet()
    {
    }

    public string Name => $"{_gateways.Count} gateways on PostgreSQL";

    public long Exchanges => _gateways.Sum(static g => g.Broker.Exchanges);

    public static async Task<ISettler> StartAsync(PostgresAddress server, int count)
    {
        await NaivePostgres.EmptyAsync(server);
        var fleet = new GatewayFleet();
        for (var i = 0; i < count; i++)
        {
            var folder = Directory.CreateTempSubdirectory("gateway-bench-").FullName;
            var rows = new PostgresLedgerStore(server);
            var ledger = await GatewaySettler.LedgerAsync(rows, folder, LedgerSync.Interval);
            var shares = new PostgresShareStore(server, new LedgerConfig().InDoubtAfter);
            var broker = new ShareBroker(shares, new Instance(ledger.Instance, "bench", "bench", DateTimeOffset.UnixEpoch), TimeProvider.System, NullLogger<ShareBroker>.Instance);
            var sample = new Sample(broker);
            var loop = new ShareLoop(broker, sample.Book, shares, new DeadShares(shares, rows, sample.Book, new LedgerConfig(), NullLogger<DeadShares>.Instance), TimeProvider.System, NullLogger<ShareLoop>.Instance);
            var admission = new SharedAdmission(new MemoryAdmission(TimeProvider.System), broker);
            fleet._gateways.Add((new GatewaySettler("", folder, rows, ledger, admission, sample), broker, loop, shares));
            await broker.ExchangeAsync(isBeat: true, CancellationToken.None);
            loop.Start();
        }
        return fleet;
    }

    public ValueTask<bool> SettleAsync(int worker) => _gateways[worker % _gateways.Count].Settler.SettleAsync(worker);

    public async ValueTask FinishAsync()
    {
        foreach (var gateway in _gateways)
            await gateway.Settler.FinishAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (settler, broker, loop, store) in _gateways)
        {
            await loop.StopAsync();
            await loop.DisposeAsync();
            await settler.DisposeAsync();
            broker.Dispose();
            await store.DisposeAsync();
        }
    }
}
