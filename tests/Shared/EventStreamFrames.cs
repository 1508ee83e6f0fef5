using System.Buffers.Binary;
using System.Text;

namespace Gateway.TestSupport;

/// <summary>Writes what Bedrock streams, from text that people can read: a line is the name of an event, a space and its JSON; <c>!name {…}</c> is an exception.</summary>
internal static class EventStreamFrames
{
    private const byte Text = 7;

    public static byte[] Of(string lines) =>
        [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).SelectMany(static line => line[0] == '!' ? Exception(Name(line)[1..], Json(line)) : Event(Name(line), Json(line)))];

    public static byte[] Event(string type, string json) => Frame([(":event-type", type), (":content-type", "application/json"), (":message-type", "event")], Encoding.UTF8.GetBytes(json));

    public static byte[] Exception(string type, string json) =>
        Frame([(":exception-type", type), (":content-type", "application/json"), (":message-type", "exception")], Encoding.UTF8.GetBytes(json));

    public static byte[] Frame(IEnumerable<(string Name, string Value)> headers, ReadOnlySpan<byte> payload) => RawFrame([.. headers.SelectMany(static h => Header(h.Name, h.Value))], payload);

    public static byte[] RawFrame(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[16 + headers.Length + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), headers.Length);
        headers.CopyTo(frame.AsSpan(12));
        payload.CopyTo(frame.AsSpan(12 + headers.Length));
        Seal(frame);
        return frame;
    }

    /// <summary>Makes both checksums right.</summary>
    public static void Seal(Span<byte> frame)
    {
        BinaryPrimitives.WriteUInt32BigEndian(frame[8..], Remainder(frame[..8]));
        BinaryPrimitives.WriteUInt32BigEndian(frame[^4..], Remainder(frame[..^4]));
    }

    /// <summary>CRC-32 by long division, bit by bit.</summary>
    public static uint Remainder(ReadOnlySpan<byte> bytes)
    {
        var remainder = 0xFFFFFFFFu;
        foreach (var b in bytes)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var isOdd = ((remainder ^ ((uint)b >> bit)) & 1) != 0;
                remainder >>= 1;
                if (isOdd) remainder ^= 0xEDB88320u;
            }
        }

        return ~remainder;
    }

    private static byte[] Header(string name, string value) =>
        [(byte)name.Length, .. Encoding.UTF8.GetBytes(name), Text, (byte)(Encoding.UTF8.GetByteCount(value) >> 8), (byte)Encoding.UTF8.GetByteCount(value), .. Encoding.UTF8.GetBytes(value)];

    private static string Name(string line) => line[..line.IndexOf(' ', StringComparison.Ordinal)];

    private static string Json(string line) => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..];
}
