using Gateway.Admission;
using Gateway.Config;
using Gateway.Core.Money;
using Gateway.Core.Providers;
using Gateway.Core.Stores;
using Gateway.Core.Usage;
using Gateway.Metering;
using Gateway.Metering.Pricing;
using Gateway.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Benchmarks.Money;

/// <summary>The gateway's way: counters in memory, a journal that survives the process, rows that reach the store in batches.</summary>
internal sealed class GatewaySettler : ISettler
{
    private readonly string _folder;
    private readonly ILedgerStore _store;
    private readonly LedgerWriter _ledger;
    private readonly IAdmission _admission;
    private readonly Sample _sample;
    private readonly string _prefix = Guid.NewGuid().ToString("N")[..8];
    private long _requests;

    public GatewaySettler(string name, string folder, ILedgerStore store, LedgerWriter ledger, IAdmission admission, Sample sample)
    {
        (Name, _folder, _store) = (name, folder, store);
        (_ledger, _admission, _sample) = (ledger, admission, sample);
    }

    public string Name { get; }

    public static async Task<ISettler> OnSqliteAsync(LedgerSync sync)
    {
        var folder = Directory.CreateTempSubdirectory("gateway-bench-").FullName;
        var store = new SqliteLedgerStore(Path.Combine(folder, "gateway.db"));
        var ledger = await LedgerAsync(store, folder, sync);
        var sample = new Sample();
        return new GatewaySettler($"gateway on SQLite, sync {(sync == LedgerSync.Always ? "always" : "1s")}", folder, store, ledger, new MemoryAdmission(TimeProvider.System), sample);
    }

    public static Task<LedgerWriter> LedgerAsync(ILedgerStore store, string folder, LedgerSync sync) => LedgerWriter.StartAsync(
        store, LedgerOptions.In(Path.Combine(folder, "journal"), new LedgerConfig(sync, TimeSpan.FromSeconds(1))), new PriceBook(), TimeProvider.System,
        NullLogger<LedgerWriter>.Instance, CancellationToken.None);

    public async ValueTask<bool> SettleAsync(int worker)
    {
        var id = $"{_prefix}-{Interlocked.Increment(ref _requests)}";
        var entered = await _admission.EnterAsync(
            new(id, 1, _sample.KeyEntry, InferenceEndpoint.ChatCompletions, _sample.Model, _sample.Target, 1500, 256), CancellationToken.None);
        if (entered.Reservation is not { } reservation)
            return false;
        // Faster than the store takes rows, the journal is full after some seconds: what counts is what it can keep up with.
        while (!_ledger.TryOpen(Row(reservation, UsageSource.InDoubt, reservation.Hold)))
            await _ledger.WaitImportedAsync(TimeSpan.FromSeconds(1), CancellationToken.None);
        var cost = new NanoUsd(389_000);
        reservation.Settle(cost, new TokenUsage { Input = 321, Output = 34 });
        await _ledger.AppendAsync(Row(reservation, UsageSource.Exact, cost), CancellationToken.None);
        return true;
    }

    public async ValueTask FinishAsync() => Sample.Expect(await _ledger.WaitImportedAsync(TimeSpan.FromMinutes(1), CancellationToken.None), "all rows reach the store");

    public async ValueTask DisposeAsync()
    {
        await _ledger.DisposeAsync();
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static LedgerRow Row(Reservation reservation, UsageSource source, NanoUsd cost) => new()
    {
        AttemptId = reservation.AttemptId,
        RequestId = reservation.AttemptId,
        At = reservation.At,
        Key = "bench",
        Team = "bench",
        Endpoint = "/v1/chat/completions",
        Model = "fast",
        Provider = "mock",
        TargetModel = "mock-1",
        Status = 200,
        Usage = source == UsageSource.Exact ? new() { Input = 321, Output = 34 } : default,
        UsageSource = source,
        Cost = cost,
        PriceVersion = "config",
        RawUsage = source == UsageSource.Exact ? """{"prompt_tokens":321,"completion_tokens":34}""" : null,
    };
}
