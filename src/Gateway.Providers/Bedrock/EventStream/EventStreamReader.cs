using System.Buffers;
using System.Buffers.Binary;

namespace Gateway.Providers.Bedrock.EventStream;

/// <summary>
/// The messages of an <c>application/vnd.amazon.eventstream</c> whose bytes arrive cut anywhere: lengths of the message and of its headers, a checksum of the two, headers, payload, a checksum
/// of all (https://smithy.io/2.0/aws/amazon-eventstream.html). A message that lies in the bytes as a whole is not copied. Not thread-safe.
/// </summary>
internal sealed class EventStreamReader
{
    private const int Prelude = 12;

    private const int Checksum = 4;

    /// <summary>What the format allows: 16 MiB of payload and 128 KiB of headers.</summary>
    private const int MaxBytes = Prelude + (16 * 1024 * 1024) + (128 * 1024) + Checksum;

    private readonly ArrayBufferWriter<byte> _partial = new(1024);
    private bool _partialIsRead;

    /// <summary>A length that cannot be, or a checksum that is wrong; nothing more is read.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>A message has begun and is not whole.</summary>
    public bool IsInside => _partial.WrittenCount > 0 && !_partialIsRead;

    /// <summary>Takes the next message from the front of <paramref name="bytes"/>. False: the bytes are used up, and what they began is kept for the next call.</summary>
    public bool TryRead(ref ReadOnlySpan<byte> bytes, out EventStreamMessage message)
    {
        message = default;
        if (_partialIsRead)
        {
            _partial.ResetWrittenCount();
            _partialIsRead = false;
        }

        if (!TryTake(ref bytes, Prelude, out var start)) return false;
        var length = Length(start);
        if (IsBroken || !TryTake(ref bytes, length, out var whole)) return false;
        if (_partial.WrittenCount == 0) bytes = bytes[length..];
        else _partialIsRead = true;
        var headers = (int)BinaryPrimitives.ReadUInt32BigEndian(whole[4..]);
        IsBroken = Crc32.Of(whole[..^Checksum]) != BinaryPrimitives.ReadUInt32BigEndian(whole[^Checksum..])
            || !EventStreamMessage.TryRead(whole.Slice(Prelude, headers), whole[(Prelude + headers)..^Checksum], out message);
        return !IsBroken;
    }

    /// <summary>The first <paramref name="count"/> bytes of the message, where they are there: in <paramref name="bytes"/>, or put together with what came before.</summary>
    private bool TryTake(ref ReadOnlySpan<byte> bytes, int count, out ReadOnlySpan<byte> taken)
    {
        taken = default;
        if (IsBroken) return false;
        if (_partial.WrittenCount == 0 && bytes.Length >= count)
        {
            taken = bytes[..count];
            return true;
        }

        var missing = Math.Min(bytes.Length, Math.Max(0, count - _partial.WrittenCount));
        _partial.Write(bytes[..missing]);
        bytes = bytes[missing..];
        if (_partial.WrittenCount < count) return false;
        taken = _partial.WrittenSpan[..count];
        return true;
    }

    private int Length(ReadOnlySpan<byte> prelude)
    {
        var (length, headers) = (BinaryPrimitives.ReadUInt32BigEndian(prelude), BinaryPrimitives.ReadUInt32BigEndian(prelude[4..]));
        IsBroken = Crc32.Of(prelude[..8]) != BinaryPrimitives.ReadUInt32BigEndian(prelude[8..]) || length > MaxBytes || length < Prelude + Checksum || headers > length - Prelude - Checksum;
        return IsBroken ? 0 : (int)length;
    }
}
