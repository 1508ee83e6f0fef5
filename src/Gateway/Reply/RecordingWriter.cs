using System.Buffers;
using System.IO.Pipelines;

namespace Gateway.Reply;

/// <summary>
/// Records what is written and passes it on at every flush. The bytes are kept here, and not read back from the client's buffers, which are not there any more when the
/// client has left. More than its bound is not recorded: from there on it only passes things on.
/// </summary>
/// <param name="most">Bytes of the longest answer that is recorded.</param>
internal sealed class RecordingWriter(PipeWriter client, int most = RecordingWriter.MaxAnswer) : PipeWriter, IDisposable
{
    /// <summary>Bytes of an answer that is kept, unless somebody says otherwise. A stream that comes within a few KiB of it may be taken for longer: room is asked for before it is known how much will come.</summary>
    /// <remarks>1 MiB: the shared pool's largest array. Any JSON answer but large embeddings, and streams of about 4,000 events: a token takes some 250 bytes there.</remarks>
    public const int MaxAnswer = 1024 * 1024;

    private const int FirstRent = 4096;

    private PooledWriter? _recorded;
    private int _passed;
    private bool _tooLong;

    /// <summary>Everything that was written; null where that is too much.</summary>
    /// <remarks>The cast matters: a bare null becomes an empty memory, which is an answer.</remarks>
    public ReadOnlyMemory<byte>? Recorded => _tooLong ? (ReadOnlyMemory<byte>?)null : _recorded?.WrittenMemory ?? default;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_tooLong) return client.GetMemory(sizeHint);
        _recorded ??= new(FirstRent);
        if (_recorded.Length + Math.Max(sizeHint, 1) <= most) return _recorded.GetMemory(sizeHint);
        PassOn();
        _tooLong = true;
        Dispose();
        return client.GetMemory(sizeHint);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        if (_tooLong) client.Advance(bytes);
        else _recorded!.Advance(bytes);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        PassOn();
        return client.FlushAsync(cancellationToken);
    }

    /// <summary>Gives the client what it does not have yet, without flushing.</summary>
    public void PassOn()
    {
        if (_recorded is null) return;
        client.Write(_recorded.Written[_passed..]);
        _passed = _recorded.Length;
    }

    public override void CancelPendingFlush() => client.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => client.Complete(exception);

    public void Dispose()
    {
        _recorded?.Dispose();
        _recorded = null;
    }
}
