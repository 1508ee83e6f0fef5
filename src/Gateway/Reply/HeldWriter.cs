using System.Buffers;
using System.IO.Pipelines;
using Gateway.Config;

namespace Gateway.Reply;

/// <summary>
/// Keeps the first bytes of a stream back, so that one which breaks at once can still be asked of another target. After <see cref="Release"/> it is the client's writer.
/// </summary>
internal sealed class HeldWriter(PipeWriter client, PreCommitConfig window, TimeProvider time) : PipeWriter, IDisposable
{
    private const int FirstRent = 8192;

    private PooledWriter? _held = new(FirstRent);
    private long _since;

    public bool IsHolding => _held is not null;

    /// <summary>It holds nothing, so that there is nothing to be given to the client, and another target can still be asked.</summary>
    public bool IsEmpty => _held is not { Length: > 0 };

    /// <summary>The answer's first byte is there: its window begins, however long its provider thought after the head.</summary>
    public void Begin() => _since = time.GetTimestamp();

    /// <summary>How long it goes on holding what it has.</summary>
    public TimeSpan Left => time.GetElapsedTime(_since) is var past && past < window.Time ? window.Time - past : TimeSpan.Zero;

    /// <summary>It has held something as much, or for as long, as it may.</summary>
    public bool IsDue => _held is { Length: > 0 } && (_held.Length >= window.Bytes || Left == TimeSpan.Zero);

    /// <summary>Gives the client what was held, without flushing.</summary>
    public void Release()
    {
        if (_held is null) return;
        client.Write(_held.Written);
        Dispose();
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => _held?.GetMemory(sizeHint) ?? client.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        if (_held is null) client.Advance(bytes);
        else _held.Advance(bytes);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => _held is null ? client.FlushAsync(cancellationToken) : default;

    public override void CancelPendingFlush() => client.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => client.Complete(exception);

    public void Dispose()
    {
        _held?.Dispose();
        _held = null;
    }
}
