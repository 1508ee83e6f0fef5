using System.Buffers.Binary;
using System.Text;

namespace Gateway.Providers.Demo.Upstreams.Bedrock;

/// <summary>Messages of Amazon's event streams: lengths, headers and checksums around a payload (https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html has the format).</summary>
internal static class EventFrame
{
    private const byte TextHeader = 7;

    private const int Prelude = 12, Checksum = 4;

    /// <summary>CRC-32 of zip and Ethernet, bits in reverse.</summary>
    private const uint Polynomial = 0xEDB88320;

    public static ReadOnlyMemory<byte> Event(string type, ReadOnlySpan<byte> payload) => Frame([(":event-type", type), (":content-type", "application/json"), (":message-type", "event")], payload);

    public static ReadOnlyMemory<byte> Exception(string type, ReadOnlySpan<byte> payload) =>
        Frame([(":exception-type", type), (":content-type", "application/json"), (":message-type", "exception")], payload);

    private static byte[] Frame(ReadOnlySpan<(string Name, string Value)> headers, ReadOnlySpan<byte> payload)
    {
        var head = new List<byte>();
        foreach (var (name, value) in headers)
        {
            head.Add((byte)name.Length);
            head.AddRange(Encoding.ASCII.GetBytes(name));
            head.Add(TextHeader);
            head.Add(0);
            head.Add((byte)value.Length);
            head.AddRange(Encoding.ASCII.GetBytes(value));
        }

        var frame = new byte[Prelude + head.Count + payload.Length + Checksum];
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), head.Count);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(8), Crc(frame.AsSpan(0, 8)));
        head.CopyTo(frame, Prelude);
        payload.CopyTo(frame.AsSpan(Prelude + head.Count));
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(frame.Length - Checksum), Crc(frame.AsSpan(0, frame.Length - Checksum)));
        return frame;
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 1 ? (crc >> 1) ^ Polynomial : crc >> 1;
        }

        return ~crc;
    }
}
