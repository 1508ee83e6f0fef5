using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Gateway.Config;

namespace Gateway.Auth;

/// <summary>
/// Turns a presented key into the digest it is looked up by. The pepper is random and lives only in this process: neither a memory dump of the table nor its timing
/// gives a key away. The inner SHA-256 lets a configuration give <c>key_hash</c> and not the key.
/// </summary>
internal sealed class KeyHasher : IDisposable
{
    /// <summary>Longer credentials are nobody's.</summary>
    public const int MaxKeyLength = 512;

    private readonly byte[] _pepper = RandomNumberGenerator.GetBytes(32);

    // Creating an HMAC costs more than using one: 1.3 µs against 0.5 µs (bench/Gateway.Benchmarks).
    private readonly ThreadLocal<IncrementalHash> _hmac;

    public KeyHasher() => _hmac = new(() => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _pepper), trackAllValues: true);

    /// <returns>False for a credential too long to be a key.</returns>
    [SkipLocalsInit]
    public bool TryDigest(ReadOnlySpan<char> key, out KeyDigest digest)
    {
        digest = default;
        if (key.Length > MaxKeyLength) return false;
        Span<byte> utf8 = stackalloc byte[MaxKeyLength * 3];
        Span<byte> inner = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(utf8[..Encoding.UTF8.GetBytes(key, utf8)], inner);
        digest = Digest(inner);
        return true;
    }

    public KeyDigest Digest(KeyHash hash)
    {
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        hash.CopyTo(bytes);
        return Digest(bytes);
    }

    /// <param name="sha256">SHA-256 of the key's UTF-8.</param>
    private KeyDigest Digest(ReadOnlySpan<byte> sha256)
    {
        Span<byte> outer = stackalloc byte[KeyDigest.Size];
        var hmac = _hmac.Value!;
        hmac.AppendData(sha256);
        hmac.GetHashAndReset(outer);
        return new(outer);
    }

    public void Dispose()
    {
        foreach (var hmac in _hmac.Values) hmac.Dispose();
        _hmac.Dispose();
    }
}
