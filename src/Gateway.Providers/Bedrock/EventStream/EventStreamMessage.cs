using System.Buffers.Binary;

namespace Gateway.Providers.Bedrock.EventStream;

/// <summary>One message of an event stream. Valid as long as the bytes it was read from.</summary>
internal ref struct EventStreamMessage
{
    /// <summary>Bytes of a value by its type, of those with a fixed length: true, false, 8, 16, 32 and 64 bits; then bytes and text with a length before them; time, UUID.</summary>
    private static ReadOnlySpan<sbyte> Lengths => [0, 0, 1, 2, 4, 8, -1, -1, 8, 16];

    private const byte Text = 7;

    /// <summary><c>event</c>, <c>exception</c> or <c>error</c>; empty where the message does not say.</summary>
    public ReadOnlySpan<byte> Type { get; private set; }

    /// <summary>Which event, exception or error it is.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Of an error, which has no payload: what it says.</summary>
    public ReadOnlySpan<byte> ErrorText { get; private set; }

    public ReadOnlySpan<byte> Payload { get; private init; }

    /// <returns>False where the headers are none.</returns>
    public static bool TryRead(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload, out EventStreamMessage message)
    {
        message = new() { Payload = payload };
        while (!headers.IsEmpty)
        {
            var nameLength = headers[0];
            if (headers.Length < nameLength + 2) return false;
            var name = headers.Slice(1, nameLength);
            var type = headers[nameLength + 1];
            headers = headers[(nameLength + 2)..];
            if (type >= Lengths.Length) return false;
            var length = (int)Lengths[type];
            if (length < 0)
            {
                if (headers.Length < 2) return false;
                length = BinaryPrimitives.ReadUInt16BigEndian(headers);
                headers = headers[2..];
            }

            if (headers.Length < length) return false;
            if (type == Text) message.Header(name, headers[..length]);
            headers = headers[length..];
        }

        return true;
    }

    private void Header(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.SequenceEqual(":message-type"u8)) Type = value;
        else if (name.SequenceEqual(":event-type"u8) || name.SequenceEqual(":exception-type"u8) || name.SequenceEqual(":error-code"u8)) Name = value;
        else if (name.SequenceEqual(":error-message"u8)) ErrorText = value;
    }
}
