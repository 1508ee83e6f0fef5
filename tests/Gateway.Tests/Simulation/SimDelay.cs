namespace Gateway.Tests.Simulation;

/// <summary>Waits of an upstream. Unlike <see cref="Task.Delay(TimeSpan)"/> one that is cancelled goes on at once, on the thread that cancels it.</summary>
internal sealed class SimDelay(TimeProvider time)
{
    /// <summary>Of each request, how many are under way.</summary>
    private readonly Dictionary<int, int> _pending = [];

    public bool IsPending(int request) => _pending.GetValueOrDefault(request) > 0;

    public async Task WaitAsync(int request, TimeSpan delay, CancellationToken cancellationToken)
    {
        if (delay == TimeSpan.Zero) return;
        _pending[request] = _pending.GetValueOrDefault(request) + 1;
        var over = new TaskCompletionSource();
        using var timer = time.CreateTimer(_ => over.TrySetResult(), null, delay, Timeout.InfiniteTimeSpan);
        using var cancelled = cancellationToken.UnsafeRegister(_ => over.TrySetCanceled(cancellationToken), null);
        try
        {
            await over.Task;
        }
        finally
        {
            _pending[request]--;
        }
    }
}
