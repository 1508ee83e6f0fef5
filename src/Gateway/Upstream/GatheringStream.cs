using System.Buffers;
using System.Net.Sockets;

namespace Gateway.Upstream;

/// <summary>
/// The socket of an upstream connection. Small writes made on one thread between <see cref="Begin"/> and <see cref="Gathering.End"/> wait for the next one and are sent with it.
/// </summary>
/// <remarks>Outside of that it is a <see cref="NetworkStream"/>. What is held is a copy: the writer reuses its buffer as soon as the write is done.</remarks>
internal sealed class GatheringStream(Socket socket) : NetworkStream(socket, ownsSocket: true)
{
    /// <summary>Bytes sent in one piece at most. What is beyond follows as it is: copying it would cost more than the system call.</summary>
    private const int Piece = 32 * 1024;

    /// <summary>A write of more is not worth holding back.</summary>
    private const int Small = 8 * 1024;

    [ThreadStatic]
    private static Gathering? _current;

    private byte[]? _held;
    private int _heldLength;

    public static Gathering Begin() => _current = new Gathering();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_held is { } held) return SendBothAsync(held, buffer, cancellationToken);
        if (_current is not { } gathering || buffer.Length > Small) return base.WriteAsync(buffer, cancellationToken);
        var copy = ArrayPool<byte>.Shared.Rent(Piece);
        _heldLength = buffer.Length;
        buffer.CopyTo(copy);
        _held = copy;
        gathering.Holder = this;
        return default;
    }

    protected override void Dispose(bool disposing)
    {
        // An aborted request may be sending this very moment: its buffer goes to the garbage collector, not back to the pool.
        _held = null;
        base.Dispose(disposing);
    }

    private async ValueTask SendBothAsync(byte[] piece, ReadOnlyMemory<byte> more, CancellationToken cancellationToken)
    {
        var joined = Math.Min(more.Length, piece.Length - _heldLength);
        more.Span[..joined].CopyTo(piece.AsSpan(_heldLength));
        var length = _heldLength + joined;
        _held = null;
        await base.WriteAsync(piece.AsMemory(0, length), cancellationToken);
        ArrayPool<byte>.Shared.Return(piece);
        if (joined < more.Length) await base.WriteAsync(more[joined..], cancellationToken);
    }

    /// <summary>The time in which one request's body is handed over.</summary>
    internal sealed class Gathering
    {
        /// <summary>The connection that holds bytes back, if one does.</summary>
        internal GatheringStream? Holder { get; set; }

        /// <summary>To be called on the thread that began.</summary>
        public void End() => _current = null;

        /// <summary>Sends what was held and had no successor.</summary>
        public ValueTask FlushAsync(CancellationToken cancellationToken) =>
            Holder is { _held: { } held } holder ? holder.SendBothAsync(held, default, cancellationToken) : default;
    }
}
