using System.Threading.Channels;
using Gateway.Core.Stores;

namespace Gateway.Cache;

/// <summary>
/// Answers in the store, behind those in memory. It is asked for a moment and no longer, and written by one task in the background: a store that is slow or away is a miss, and no answer waits for it.
/// </summary>
internal sealed class StoreTier(ICacheStore store, TimeProvider time, ILogger<StoreTier> log) : IAsyncDisposable
{
    /// <summary>How long a request waits to hear whether there is an answer.</summary>
    /// <remarks>250 ms: a small part of what a model takes to answer, and ten times what a healthy store does.</remarks>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    /// <summary>After a failure nobody asks for so long: each would wait in vain.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);

    /// <summary>Answers that wait to be written; more are not kept.</summary>
    private const int LongestQueue = 64;

    /// <summary>Deleted at once: a statement of milliseconds also where each has a body of 1 MiB.</summary>
    private const int PruneBatch = 100;

    private readonly Channel<StoredAnswer> _queue = Channel.CreateBounded<StoredAnswer>(new BoundedChannelOptions(LongestQueue) { SingleReader = true });
    private readonly PeriodicTimer _sweeps = new(SweepInterval, time);
    private readonly CancellationTokenSource _stop = new();
    private Task _writing = Task.CompletedTask;
    private Task _sweeping = Task.CompletedTask;
    private long _capacity = long.MaxValue;   // until an answer says it
    private volatile bool _isUsed;
    private long _dropped;
    private long _restsUntil;
    private int _failing;

    /// <summary>Answers that were not written because too many waited.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    public void Start()
    {
        _writing = Task.Run(WriteAsync, CancellationToken.None);
        _sweeping = Task.Run(SweepsAsync, CancellationToken.None);
    }

    /// <returns>Null where there is none, or the store does not say so at once.</returns>
    public async ValueTask<CachedAnswer?> FindAsync(CacheKey key, CachePurges purges, CancellationToken cancellationToken)
    {
        _isUsed = true;
        if (time.GetTimestamp() < Interlocked.Read(ref _restsUntil)) return null;
        var now = time.GetUtcNow();
        try
        {
            // On a thread of its own: SQLite answers on the one that asks.
            var stored = await Task.Run(() => store.ReadAsync(key.ToArray(), now, _stop.Token).AsTask(), cancellationToken).WaitAsync(Patience, time, cancellationToken);
            Works();
            return stored is not null && AnswerHead.Read(stored) is { } answer && answer.IsGood(now, purges) ? answer : null;
        }
        catch (Exception error) when (error is StoreException or TimeoutException)
        {
            Fails(error);
            return null;
        }
    }

    /// <summary>Has an answer written, when there is time for it.</summary>
    /// <param name="capacity">Bytes of all answers in the store at most.</param>
    public void Add(CacheKey key, CachedAnswer answer, long capacity)
    {
        _isUsed = true;
        Interlocked.Exchange(ref _capacity, capacity);
        if (answer.Size <= capacity && !_queue.Writer.TryWrite(AnswerHead.Write(key, answer))) Interlocked.Increment(ref _dropped);
    }

    /// <summary>Ends when what waits is written, as far as the store takes it.</summary>
    public async Task StopAsync()
    {
        _queue.Writer.TryComplete();
        _sweeps.Dispose();
        await _writing;
        await _sweeping;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _stop.CancelAsync();
        _stop.Dispose();
    }

    /// <summary>Deletes what has expired, and what is too much. A store that no model of this process uses is not even opened.</summary>
    public async Task SweepAsync()
    {
        if (!_isUsed) return;
        try
        {
            while (await store.PruneAsync(time.GetUtcNow(), Interlocked.Read(ref _capacity), PruneBatch, CancellationToken.None) >= PruneBatch)
            {
            }

            Works();
        }
        catch (StoreException error)
        {
            Fails(error);   // what is left now is deleted in a minute
        }
    }

    private async Task SweepsAsync()
    {
        while (await _sweeps.WaitForNextTickAsync(CancellationToken.None)) await SweepAsync();
    }

    private async Task WriteAsync()
    {
        await foreach (var answer in _queue.Reader.ReadAllAsync(CancellationToken.None))
        {
            try
            {
                await store.WriteAsync(answer, CancellationToken.None);
                Works();
            }
            catch (StoreException error)
            {
                Fails(error);   // this answer is not kept; the next one is tried
            }
        }
    }

    private void Fails(Exception error)
    {
        Interlocked.Exchange(ref _restsUntil, time.GetTimestamp() + (long)(Rest.TotalSeconds * time.TimestampFrequency));
        if (Interlocked.Exchange(ref _failing, 1) == 0) CacheLog.StoreFailed(log, error);
    }

    private void Works()
    {
        if (Volatile.Read(ref _failing) == 1 && Interlocked.Exchange(ref _failing, 0) == 1) CacheLog.StoreWorksAgain(log);
    }
}
