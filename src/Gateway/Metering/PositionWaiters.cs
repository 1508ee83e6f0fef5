namespace Gateway.Metering;

/// <summary>Lets many wait for a position that only grows.</summary>
internal sealed class PositionWaiters
{
    private readonly Lock _lock = new();
    private readonly List<(long Position, TaskCompletionSource Done)> _waiting = [];
    private long _reached;

    public long Reached => Volatile.Read(ref _reached);

    public Task WaitAsync(long position)
    {
        lock (_lock)
        {
            if (_reached >= position)
                return Task.CompletedTask;
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((position, done));
            return done.Task;
        }
    }

    public void Advance(long position)
    {
        lock (_lock)
        {
            Volatile.Write(ref _reached, position);
            for (var i = _waiting.Count - 1; i >= 0; i--)
            {
                if (_waiting[i].Position > position)
                    continue;
                _waiting[i].Done.SetResult();
                _waiting.RemoveAt(i);
            }
        }
    }
}
