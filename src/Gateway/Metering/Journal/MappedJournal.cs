using Gateway.Core.Stores;

namespace Gateway.Metering.Journal;

/// <summary>
/// Append-only records in memory-mapped files. What <see cref="TryAppend"/> has taken survives the death of the process, at the price of a copy in memory.
/// Any thread appends; one thread imports (everything named so); one thread flushes.
/// </summary>
internal sealed class MappedJournal : IDisposable
{
    /// <summary>Segments that are ready before they are needed, so that no appender waits for one to be made.</summary>
    private const int SparesKept = 1;

    private readonly Lock _appending = new();
    private readonly Lock _flushing = new();
    private readonly DirectoryLock _directory;
    private readonly SegmentFiles _files;
    private readonly int _maxSegments;
    private readonly Queue<Segment> _sealed = new();
    private readonly Queue<Segment> _spares = new();
    private readonly List<Segment> _unflushed = [];
    private readonly Action _rolled;
    private Segment _active;
    private TaskCompletionSource _room = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _hasReserve;
    private bool _canPrepare = true;
    private bool _canGrow;
    private bool _disposed;
    private long _published;
    private long _appended;

    private MappedJournal(DirectoryLock directory, string instance, SegmentFiles files, IReadOnlyList<Segment> leftovers, Segment active, int maxSegments, Action rolled)
    {
        _rolled = rolled;
        _directory = directory;
        Instance = instance;
        _files = files;
        _maxSegments = maxSegments;
        _active = active;
        RecoveredSegments = leftovers.Count;
        foreach (var segment in leftovers)
            _sealed.Enqueue(segment);
        _published = Segment.Position(active.Sequence, active.End);
        UpdateReserve();
    }

    /// <summary>Segments a former process left with records in them, imported or not.</summary>
    public int RecoveredSegments { get; }

    /// <summary>Whose journal this is.</summary>
    public string Instance { get; }

    /// <summary>Files whose header was destroyed and that were renamed.</summary>
    public IReadOnlyList<string> SetAside => _files.SetAside;

    /// <summary>Whether a whole segment is free behind the active one. The active one is what work already admitted ends in.</summary>
    public bool HasReserve => _hasReserve;

    /// <summary>Position behind the last committed record.</summary>
    public long Published => Volatile.Read(ref _published);

    /// <summary>Records committed by this process.</summary>
    public long Appended => Volatile.Read(ref _appended);

    /// <param name="rolled">Called when the spare has come into use and <see cref="Provision"/> should make another: quick, from any thread, under a lock.</param>
    /// <exception cref="StoreException">The directory is in use, cannot be written, or the disk is full.</exception>
    public static MappedJournal Open(LedgerOptions options, Action rolled)
    {
        var directory = DirectoryLock.Take(options.JournalDirectory);
        IReadOnlyList<Segment> leftovers = [];
        try
        {
            var files = new SegmentFiles(options.JournalDirectory, options.SegmentBytes, options.WaitForDisk);
            leftovers = files.OpenExisting();
            // A backlog may already take all segments there may be; the one more lets the process start while it is imported.
            return new(directory, InstanceName.Of(options.JournalDirectory), files, leftovers, files.Prepare(), (int)(options.MaxJournalBytes / options.SegmentBytes), rolled);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            foreach (var segment in leftovers)
                segment.Dispose();
            directory.Dispose();
            throw new StoreException($"The ledger's journal {options.JournalDirectory} cannot be opened: {error.Message}", error);
        }
    }

    /// <summary>Commits a record (<see cref="RecordWriter.Finish"/>); false where there is no room now: await <see cref="Room"/> and try again.</summary>
    public bool TryAppend(ReadOnlySpan<byte> record)
    {
        lock (_appending)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_active.TryWrite(record) && !(TryRoll() && _active.TryWrite(record)))
                return false;
            _appended++;
            Volatile.Write(ref _published, Segment.Position(_active.Sequence, _active.End));
            return true;
        }
    }

    /// <summary>Completes when a segment is made ready after this was read.</summary>
    public Task Room => Volatile.Read(ref _room).Task;

    /// <summary>Waits until the disk has everything that was committed before the call.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public void Flush()
    {
        lock (_flushing)
        {
            lock (_appending)
            {
                _unflushed.Clear();
                _unflushed.AddRange(_sealed);
                _unflushed.Add(_active);
            }
            foreach (var segment in _unflushed)
                segment.Flush();
        }
    }

    /// <summary>Importer: the oldest segment that may hold records to import.</summary>
    public Segment Oldest()
    {
        lock (_appending)
            return _sealed.TryPeek(out var segment) ? segment : _active;
    }

    /// <summary>Importer: the sealed segment that <see cref="Oldest"/> gave is in the store, to its end.</summary>
    public void Retire(Segment segment)
    {
        lock (_flushing)
        {
            lock (_appending)
            {
                if (_sealed.Peek() != segment)
                    throw new InvalidOperationException("segments are retired in their order");
                _sealed.Dequeue();
            }
            _files.Release(segment);
        }
        lock (_appending)
            UpdateReserve();
    }

    /// <summary>Importer: makes the spare ready that appenders will need next.</summary>
    /// <returns>What kept it from doing so; null when all is well, or the bound is reached.</returns>
    public Exception? Provision()
    {
        while (NeedsSpare())
        {
            Exception? failure = null;
            Segment? spare = null;
            try
            {
                spare = _files.Prepare();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                failure = error;
            }
            lock (_appending)
            {
                _canPrepare = failure is null;
                if (spare is not null)
                    _spares.Enqueue(spare);
                UpdateReserve();
            }
            if (failure is not null)
                return failure;
            Interlocked.Exchange(ref _room, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        }
        return null;
    }

    /// <summary>At the end: the next process need not look at the segments, unless something was appended after that position.</summary>
    public void RetireUpTo(long position)
    {
        lock (_appending)
        {
            if (_published != position)
                return;
            foreach (var segment in _sealed.Append(_active))
                segment.MarkRetired();
        }
    }

    /// <summary>What was appended stays in the files for the next process. Later appends throw.</summary>
    public void Dispose()
    {
        lock (_flushing)
        {
            lock (_appending)
            {
                if (_disposed)
                    return;
                _disposed = true;
                foreach (var segment in _sealed.Concat(_spares).Append(_active))
                    segment.Dispose();
                _directory.Dispose();
            }
        }
    }

    private bool NeedsSpare()
    {
        lock (_appending)
            return _spares.Count < SparesKept && CanPrepareMore;
    }

    private bool TryRoll()
    {
        if (!_spares.TryDequeue(out var next))
            return false;
        _active.Seal();
        _sealed.Enqueue(_active);
        _active = next;
        _hasReserve = _canGrow || _spares.Count > 0;
        _rolled();
        return true;
    }

    /// <summary>Importer, which owns the files; under the appenders' lock.</summary>
    private void UpdateReserve()
    {
        _canGrow = _canPrepare && CanPrepareMore;
        _hasReserve = _canGrow || _spares.Count > 0;
    }

    private bool CanPrepareMore => _files.HasBlank || _files.Count < _maxSegments;
}
