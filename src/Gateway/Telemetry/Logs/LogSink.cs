using System.Buffers;

namespace Gateway.Telemetry.Logs;

/// <summary>
/// The one way to standard output: lines are copied into pooled buffers and written by one background thread, so that a slow reader of the log never delays a request.
/// </summary>
/// <remarks>Bounded: when standard output is not read, lines beyond 4 MiB are dropped and counted (<see cref="Dropped"/>, a metric).</remarks>
internal sealed class LogSink : IDisposable
{
    private const int ChunkBytes = 64 * 1024;
    private const int MaxChunks = 64;

    /// <remarks>50 ms: half of what a line may wait, and long enough that the thread wakes 20 times a second at most while lines come slowly.</remarks>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a process that ends waits for standard output to be read.</summary>
    private static readonly TimeSpan LastFlush = TimeSpan.FromSeconds(2);

    private readonly object _gate = new();
    private readonly Stream _output;
    private readonly Thread _writer;
    private List<(byte[] Bytes, int Length, int Lines)> _chunks = new(MaxChunks);
    private byte[] _current = ArrayPool<byte>.Shared.Rent(ChunkBytes);
    private int _length;
    private int _lines;
    private int _queued;
    private long _dropped;
    private bool _hurry;
    private bool _writing;
    private bool _stopped;

    public LogSink(Stream output)
    {
        _output = output;
        _writer = new Thread(WriteAll) { IsBackground = true, Name = "log writer" };
        _writer.Start();
    }

    /// <summary>Lines that were not written: the queue was full, the line was longer than 64 KiB, or standard output failed.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Takes over a copy of a line that ends in a line feed. Never waits for output.</summary>
    public void Append(ReadOnlySpan<byte> line)
    {
        lock (_gate)
        {
            if (_stopped || line.Length > ChunkBytes || (_length + line.Length > _current.Length && !StartChunk()))
            {
                _dropped++;
                return;
            }
            line.CopyTo(_current.AsSpan(_length));
            _length += line.Length;
            // The writer sleeps only while there is nothing at all: one wake-up for all lines of 50 ms.
            if (_lines++ == 0 && _queued == 0)
                Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits until everything appended before is written, at most so long.</summary>
    /// <returns>False where time ran out.</returns>
    public bool Flush(TimeSpan timeout)
    {
        var deadline = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        lock (_gate)
        {
            while (_lines > 0 || _queued > 0 || _writing)
            {
                _hurry = true;
                Monitor.PulseAll(_gate);
                var left = deadline - Environment.TickCount64;
                if (left <= 0 || !Monitor.Wait(_gate, TimeSpan.FromMilliseconds(left)))
                    return false;
            }
            return true;
        }
    }

    /// <summary>Writes what is left. Lines that come later are dropped.</summary>
    public void Dispose()
    {
        Flush(LastFlush);
        lock (_gate)
        {
            _stopped = true;
            Monitor.PulseAll(_gate);
        }
        _writer.Join(LastFlush);
    }

    private bool StartChunk()
    {
        if (_queued >= MaxChunks)
            return false;
        CloseChunk();
        Monitor.PulseAll(_gate);
        return true;
    }

    private void CloseChunk()
    {
        _chunks.Add((_current, _length, _lines));
        _queued++;
        _current = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        (_length, _lines) = (0, 0);
    }

    private void WriteAll()
    {
        var taken = new List<(byte[] Bytes, int Length, int Lines)>(MaxChunks);
        while (TakeChunks(ref taken))
        {
            foreach (var (bytes, length, lines) in taken)
            {
                Write(bytes.AsSpan(0, length), lines);
                ArrayPool<byte>.Shared.Return(bytes);
            }
            lock (_gate)
            {
                _queued -= taken.Count;
                _writing = false;
                Monitor.PulseAll(_gate);
            }
            taken.Clear();
        }
    }

    /// <returns>False when the sink is stopped and empty.</returns>
    private bool TakeChunks(ref List<(byte[] Bytes, int Length, int Lines)> taken)
    {
        lock (_gate)
        {
            while (_lines == 0 && _queued == 0 && !_stopped)
                Monitor.Wait(_gate);
            if (_queued == 0 && !_stopped && !_hurry)
                Monitor.Wait(_gate, Gather);
            _hurry = false;
            if (_lines > 0)
                CloseChunk();
            if (_queued == 0)
                return false;
            _writing = true;
            (_chunks, taken) = (taken, _chunks);
            return true;
        }
    }

    private void Write(ReadOnlySpan<byte> bytes, int lines)
    {
        try
        {
            _output.Write(bytes);
            _output.Flush();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or UnauthorizedAccessException)
        {
            // Nobody reads the log or its disk is full; there is no place left to say so but the counter.
            lock (_gate)
                _dropped += lines;
        }
    }
}
