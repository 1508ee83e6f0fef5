using Gateway.Admission;
using Gateway.Admission.Shares;
using Gateway.Config;
using Gateway.Core.Providers;
using Gateway.Core.Stores;
using Gateway.Routing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Admission.Shares;

/// <summary>One gateway's admission, whose loop is the test: it exchanges when it is told to, or when a request waits.</summary>
internal sealed class ShareInstance : IDisposable
{
    private readonly string _id;
    private readonly SharedAdmission _admission;
    private readonly ModelEntry _model;
    private KeyEntry _key;
    private int _requests;

    public ShareInstance(string id, TimeProvider time, IShareStore store, Func<KeyEntry> key, TeamConfig? team = null, LimitsConfig? target = null, TimeSpan? budgetsEndAfter = null)
    {
        _id = id;
        Broker = new(store, new(id, "host", "0.1.0", time.GetUtcNow()), time, NullLogger<ShareBroker>.Instance, budgetsEndAfter);
        Book = new(time, new NamePool(), Broker);
        _admission = new(new MemoryAdmission(time), Broker);
        _key = key();
        _model = AdmissionRig.MakeModel("fast", target ?? new LimitsConfig());
        Book.Configure([_key], team is null ? [] : [team], [], [_model]);
    }

    public ShareBroker Broker { get; }

    public AdmissionBook Book { get; }

    /// <summary>A reload that changes the key.</summary>
    public async Task ReloadAsync(KeyEntry key, ILedgerStore ledger)
    {
        _key = key;
        Book.Configure([key], [], [], [_model]);
        await RestoreAsync(ledger);
    }

    public ValueTask RestoreAsync(ILedgerStore ledger) => BudgetRestore.RunAsync(Book, ledger, CancellationToken.None, Broker);

    /// <summary>Asks for an attempt of so many tokens, and exchanges for as long as it waits.</summary>
    public async Task<AdmissionResult> EnterAsync(long tokens)
    {
        var entering = Begin(tokens);
        await ServeAsync(() => entering.IsCompleted);
        return await entering;
    }

    public Task<AdmissionResult> Begin(long tokens) => _admission.EnterAsync(
        new($"{_id}_{Interlocked.Increment(ref _requests)}", 1, _key, InferenceEndpoint.ChatCompletions, _model, _model.Targets[0], tokens, 0), CancellationToken.None).AsTask();

    /// <summary>Exchanges whenever somebody waits, until all have their answer.</summary>
    public async Task ServeAsync(Func<bool> isDone)
    {
        while (!isDone())
        {
            if (Broker.IsAsked)
                await ExchangeAsync();
            else
                await Task.Yield();
        }
    }

    /// <returns>Whether the store answered.</returns>
    public async Task<bool> ExchangeAsync(bool isBeat = false)
    {
        try
        {
            await Broker.ExchangeAsync(isBeat, CancellationToken.None);
            return true;
        }
        catch (StoreException)
        {
            return false;
        }
    }

    public void Dispose() => Broker.Dispose();
}
