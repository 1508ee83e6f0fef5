using System.Buffers.Binary;

namespace Gateway.Cache;

/// <summary>A SHA-256 over everything an answer depends on, and over who may have it. Only <see cref="CacheKeys"/> makes one of a request.</summary>
internal readonly record struct CacheKey
{
    public const int Size = 32;

    private readonly UInt128 _high;
    private readonly UInt128 _low;

    public CacheKey(ReadOnlySpan<byte> digest) =>
        (_high, _low) = (BinaryPrimitives.ReadUInt128BigEndian(digest), BinaryPrimitives.ReadUInt128BigEndian(digest[16..]));

    /// <summary>A digest is uniform: any part of it is a hash.</summary>
    public override int GetHashCode() => (int)_low;

    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, _high);
        BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(16), _low);
        return bytes;
    }
}
