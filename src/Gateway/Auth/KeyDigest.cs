using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Gateway.Auth;

/// <summary>HMAC-SHA-256 of a virtual key's SHA-256 under the process's pepper. Compared in constant time.</summary>
[StructLayout(LayoutKind.Sequential, Size = Size)]
internal readonly struct KeyDigest : IEquatable<KeyDigest>
{
    public const int Size = 32;

    private readonly ulong _a, _b, _c, _d;

    public KeyDigest(ReadOnlySpan<byte> bytes) => this = MemoryMarshal.Read<KeyDigest>(bytes);

    public bool Equals(KeyDigest other) => CryptographicOperations.FixedTimeEquals(Bytes(in this), Bytes(in other));

    public override bool Equals(object? obj) => obj is KeyDigest other && Equals(other);

    /// <summary>The digest is uniform and keyed: any part of it is a hash, and tells nothing about the key.</summary>
    public override int GetHashCode() => (int)_a;

    private static ReadOnlySpan<byte> Bytes(in KeyDigest digest) => MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(in digest, 1));
}
