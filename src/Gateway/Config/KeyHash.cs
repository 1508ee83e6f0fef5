using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Config;

/// <summary>SHA-256 of a credential's UTF-8: all that is kept of a virtual key, so that no dump of the memory holds one.</summary>
[StructLayout(LayoutKind.Sequential, Size = SHA256.HashSizeInBytes)]
public readonly record struct KeyHash
{
    /// <summary>Hexadecimal digits of its text.</summary>
    public const int Digits = 2 * SHA256.HashSizeInBytes;

    private readonly ulong _a, _b, _c, _d;

    private KeyHash(ReadOnlySpan<byte> bytes) => this = MemoryMarshal.Read<KeyHash>(bytes);

    public static KeyHash Of(Secret secret) => new(SHA256.HashData(Encoding.UTF8.GetBytes(secret.Reveal())));

    /// <param name="hex">Its digits, in lower or upper case.</param>
    public static bool TryParse([NotNullWhen(true)] string? hex, out KeyHash hash)
    {
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        hash = default;
        if (hex is not { Length: Digits } || Convert.FromHexString(hex, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
            return false;
        hash = new(bytes);
        return true;
    }

    public void CopyTo(Span<byte> bytes) => MemoryMarshal.Write(bytes, in this);

    /// <summary>In lower-case hexadecimal.</summary>
    public override string ToString() => Convert.ToHexStringLower(MemoryMarshal.AsBytes(new ReadOnlySpan<KeyHash>(in this)));
}
