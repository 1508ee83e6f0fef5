namespace Gateway.Metering.Journal;

/// <summary>For <c>sync: always</c>: one thread that flushes the journal for all who wait, while the next ones gather (group commit).</summary>
internal sealed class JournalFlusher : IDisposable
{
    private readonly MappedJournal _journal;
    private readonly Action<IOException> _failed;
    private readonly AutoResetEvent _wanted = new(false);
    private readonly Thread _thread;
    private TaskCompletionSource _group = NewGroup();
    private volatile bool _stopping;

    /// <param name="failed">Told when the disk refused; those who wait get the exception.</param>
    public JournalFlusher(MappedJournal journal, Action<IOException> failed)
    {
        _journal = journal;
        _failed = failed;
        _thread = new(Run) { IsBackground = true, Name = "ledger flusher" };
        _thread.Start();
    }

    /// <summary>Waits for a flush that begins after this call: call it after the append.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public Task WaitAsync()
    {
        var group = Volatile.Read(ref _group).Task;
        _wanted.Set();
        return group;
    }

    public void Dispose()
    {
        _stopping = true;
        _wanted.Set();
        _thread.Join();
        _wanted.Dispose();
    }

    private void Run()
    {
        do
        {
            _wanted.WaitOne();
            // Whoever took this group has appended before; whoever comes from here on gets the next one.
            var group = Interlocked.Exchange(ref _group, NewGroup());
            try
            {
                _journal.Flush();
                group.SetResult();
            }
            catch (IOException error)
            {
                _failed(error);
                group.SetException(error);
            }
        }
        while (!_stopping);
    }

    private static TaskCompletionSource NewGroup() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
