namespace Gateway.Storage.Sqlite;

/// <summary>A few threads for what blocks the one that runs it. They are started when they are needed and kept: an export is thousands of short queries.</summary>
/// <remarks>The pool has as many threads as processors at first and gets others slowly: a few long queries would leave it none for requests.</remarks>
/// <param name="count">At most so many, and so much at a time.</param>
internal sealed class QueryThreads(int count) : IDisposable
{
    // Not disposed: a query that runs gives its turn back when it ends. It has nothing of the system's.
    private readonly SemaphoreSlim _turns = new(count);
    private readonly object _gate = new();
    private readonly Queue<Action> _work = [];
    private int _threads, _idle;
    private bool _ended;

    /// <param name="turn">How long to wait for those before it.</param>
    /// <returns>Whether its turn came; then the result is there.</returns>
    public async Task<(bool IsDone, T? Result)> RunAsync<T>(Func<Task<T>> work, TimeSpan turn, CancellationToken cancellationToken)
    {
        if (!await _turns.WaitAsync(turn, cancellationToken))
            return (false, default);
        try
        {
            // What follows belongs to the pool again: this thread is for the next query.
            var running = new TaskCompletionSource<Task<T>>(TaskCreationOptions.RunContinuationsAsynchronously);
            Add(() => running.SetResult(work()));
            return (true, await await running.Task);
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <summary>The threads end when they have done what there is.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _ended = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Add(Action work)
    {
        lock (_gate)
        {
            _work.Enqueue(work);
            if (_work.Count <= _idle)
            {
                Monitor.Pulse(_gate);
            }
            else if (_threads < count)
            {
                _threads++;
                new Thread(Run) { IsBackground = true, Name = "sqlite query" }.Start();
            }
            // Else one of them has told its result and is about to look for more.
        }
    }

    private void Run()
    {
        while (Next() is { } work)
            work();
    }

    private Action? Next()
    {
        lock (_gate)
        {
            while (_work.Count == 0)
            {
                if (_ended)
                    return null;
                _idle++;
                Monitor.Wait(_gate);
                _idle--;
            }
            return _work.Dequeue();
        }
    }
}
