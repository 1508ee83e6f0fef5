using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Gateway.Config;
using Microsoft.AspNetCore.Connections;

namespace Gateway.Auth;

/// <summary>The key that a connection showed last, and its digest. Requests of one connection show the same key again and again, and hashing it was 5 % of a small one.</summary>
/// <remarks>
/// Only the digest is spared: whether there is such a key, and whether it may be used, is looked up anew for every request. Compared in constant time, because in front of a gateway may stand a
/// proxy whose connections carry the requests of several clients.
/// </remarks>
internal sealed class ShownKey
{
    private Shown? _last;

    /// <summary>Gives every connection one.</summary>
    public static ConnectionDelegate Attach(ConnectionDelegate next) => connection =>
    {
        connection.Features.Set(new ShownKey());
        return next(connection);
    };

    /// <returns>False: this is not the key that was shown last.</returns>
    public bool TryGet(ReadOnlySpan<char> key, out KeyDigest digest)
    {
        // HTTP/2: requests of one connection run at the same time. What is remembered is replaced as a whole.
        var last = Volatile.Read(ref _last);
        if (last is not null && CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(key), MemoryMarshal.AsBytes(last.Key.Reveal().AsSpan())))
        {
            digest = last.Digest;
            return true;
        }

        digest = default;
        return false;
    }

    public void Remember(string key, in KeyDigest digest) => Volatile.Write(ref _last, new(new(key), digest));

    private sealed class Shown(Secret key, KeyDigest digest)
    {
        public Secret Key => key;

        public KeyDigest Digest { get; } = digest;
    }
}
