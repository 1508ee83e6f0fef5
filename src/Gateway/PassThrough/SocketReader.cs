using System.Buffers;
using System.Buffers.Binary;
using Gateway.Core.Usage;
using Gateway.Reply;

namespace Gateway.PassThrough;

/// <summary>Reads what a provider says over a WebSocket as it passes (RFC 6455 5.2: a server's frames are not masked; compression was not offered). Not thread-safe: one direction has one writer.</summary>
internal sealed class SocketReader : IDisposable
{
    /// <summary>A longer message is none that has a usage; audio comes in pieces of some kilobytes.</summary>
    private const int MaxMessage = 1024 * 1024;

    private const int LongestHead = 14;
    private const int Text = 1, Continuation = 0;

    private readonly PooledWriter _message = new(4096);
    private readonly byte[] _head = new byte[LongestHead];
    private int _headLength;
    private ulong _left;
    private bool _inPayload, _isFinal, _isKept, _isText;

    /// <summary>What all answers have used so far.</summary>
    public TokenUsage Usage { get; private set; }

    /// <summary>It is OpenAI's realtime API: a connection without an answer has used nothing.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>An answer has begun whose usage has not come.</summary>
    public bool IsOpen { get; private set; }

    public void Read(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (!_inPayload)
            {
                _head[_headLength++] = bytes[0];
                bytes = bytes[1..];
                if (_headLength >= 2 && _headLength == HeadLength()) BeginPayload();
                continue;
            }

            var taken = bytes[..(int)Math.Min((ulong)bytes.Length, _left)];
            if (_isKept) Keep(taken);
            bytes = bytes[taken.Length..];
            _left -= (ulong)taken.Length;
            if (_left == 0) EndPayload();
        }
    }

    public void Dispose() => _message.Dispose();

    private int HeadLength() => 2 + ((_head[1] & 0x7F) switch { 126 => 2, 127 => 8, _ => 0 }) + ((_head[1] & 0x80) != 0 ? 4 : 0);

    private void BeginPayload()
    {
        var opcode = _head[0] & 0x0F;
        _isFinal = (_head[0] & 0x80) != 0;
        _isKept = opcode == Text || (opcode == Continuation && _isText);
        if (opcode == Text)
        {
            _message.Clear();
            _isText = true;
        }

        _left = (_head[1] & 0x7F) switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(_head.AsSpan(2)),
            127 => BinaryPrimitives.ReadUInt64BigEndian(_head.AsSpan(2)),
            var small => (ulong)small,
        };
        _headLength = 0;
        _inPayload = true;
        if (_left == 0) EndPayload();
    }

    private void Keep(ReadOnlySpan<byte> piece)
    {
        if (_message.Length + piece.Length > MaxMessage) _isText = false;
        else _message.Write(piece);
    }

    private void EndPayload()
    {
        _inPayload = false;
        if (!_isKept || !_isFinal) return;
        if (_isText) Take(_message.Written);
        _isText = false;
        _message.Clear();
    }

    private void Take(ReadOnlySpan<byte> message)
    {
        // Most are pieces of an answer: a search is cheaper than a look at each.
        if (message.IndexOf("\"session.created\""u8) >= 0) IsKnown = true;
        else if (message.IndexOf("\"response.created\""u8) >= 0) IsOpen = true;
        else if (message.IndexOf("\"response.done\""u8) >= 0 && RealtimeUsage.TryRead(message, out var usage))
        {
            Usage = RealtimeUsage.Add(Usage, usage);
            (IsKnown, IsOpen) = (true, false);
        }
    }
}
