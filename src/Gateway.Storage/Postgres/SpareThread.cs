namespace Gateway.Storage.Postgres;

/// <summary>One thread more for the pool while somebody waits for a silent server.</summary>
/// <remarks>
/// A statement is given up by asking the server on another connection to cancel it, for which Npgsql blocks a thread of the pool, with a silent server for 3 s. All sessions do so at the same time,
/// and requests would find no thread for two seconds. Not for good: a pool with more threads than processors costs requests time.
/// </remarks>
internal sealed class SpareThread : IDisposable
{
    private static readonly Lock Gate = new();

    private readonly Timer _timer;
    private bool _given, _over;

    /// <param name="after">When a healthy server would have answered, and a silent one is not given up yet.</param>
    public SpareThread(TimeSpan after) => _timer = new(static spare => ((SpareThread)spare!).Give(), this, after, Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        _timer.Dispose();
        lock (Gate)
        {
            _over = true;
            if (_given)
                Add(-1);
        }
    }

    private void Give()
    {
        lock (Gate)
            _given = !_over && Add(1);
    }

    private static bool Add(int threads)
    {
        ThreadPool.GetMinThreads(out var workers, out var ports);
        return ThreadPool.SetMinThreads(workers + threads, ports);
    }
}
