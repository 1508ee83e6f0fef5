using System.Threading.Channels;

namespace Gateway.Cache.Semantic;

/// <summary>Compares, in the background and one after the other, what semantic caches in shadow mode would have answered: no request waits for it. Where too many wait, the rest is not compared.</summary>
internal sealed class ShadowQueue(SemanticTier tier, ILogger<ShadowQueue> log) : IAsyncDisposable
{
    private const int LongestQueue = 64;

    private readonly Channel<(SemanticAsk Asks, CacheKey Key)> _queue = Channel.CreateBounded<(SemanticAsk, CacheKey)>(new BoundedChannelOptions(LongestQueue) { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private Task _comparing = Task.CompletedTask;

    public void Start() => _comparing = Task.Run(CompareAsync, CancellationToken.None);

    /// <returns>False: too many wait.</returns>
    public bool TryAdd(SemanticAsk asks, CacheKey key) => _queue.Writer.TryWrite((asks, key));

    /// <summary>Stops the one that is being compared; the others are forgotten.</summary>
    public async Task StopAsync()
    {
        _queue.Writer.TryComplete();
        await _stop.CancelAsync();
        await _comparing;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task CompareAsync()
    {
        await foreach (var (asks, key) in _queue.Reader.ReadAllAsync(CancellationToken.None))
        {
            if (_stop.IsCancellationRequested) return;
            try
            {
                await tier.CompareAsync(asks, key, _stop.Token);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;   // the process is going down
            }
            catch (Exception error)
            {
                CacheLog.NotCompared(log, error);   // a bug, and one comparison less
            }
        }
    }
}
