using System.Buffers.Binary;

namespace Gateway.Core.Tokens;

/// <summary>A hash of a few bytes. The table it serves never changes, so that nobody can fill it with collisions and no secret is needed.</summary>
internal static class ByteHash
{
    /// <summary>2^64 divided by the golden ratio.</summary>
    private const ulong Golden = 0x9E3779B97F4A7C15;

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var hash = (ulong)bytes.Length;
        while (bytes.Length >= sizeof(ulong))
        {
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        ulong rest = 0;
        foreach (var b in bytes) rest = (rest << 8) | b;
        hash = Mix(hash ^ rest);
        return (uint)(hash ^ (hash >> 32));
    }

    private static ulong Mix(ulong value)
    {
        value *= Golden;
        return value ^ (value >> 29);
    }
}
