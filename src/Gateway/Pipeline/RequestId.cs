using System.Buffers.Binary;
using System.Security.Cryptography;
using Gateway.Routing;

namespace Gateway.Pipeline;

/// <summary>Makes request ids: <c>req_</c> and a ULID, so that ids sort by time and a database inserts them at the end of its index.</summary>
internal sealed class RequestIdSource(TimeProvider time)
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";   // Crockford's base 32

    private readonly ulong _high = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8));
    private ulong _state = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8));

    /// <param name="chance">64 random bits of the same request, for choices that are to be replayable from its id.</param>
    public string Next(out ulong chance)
    {
        var state = Interlocked.Add(ref _state, 0x9E37_79B9_7F4A_7C15) - 0x9E37_79B9_7F4A_7C15;
        chance = SplitMix.Next(ref state);
        var milliseconds = (ulong)time.GetUtcNow().ToUnixTimeMilliseconds();
        return string.Create(30, (milliseconds, high: (_high ^ (chance >> 48)) & 0xFFFF, low: chance), static (text, id) =>
        {
            "req_".CopyTo(text);
            for (var i = 9; i >= 0; i--, id.milliseconds >>= 5) text[4 + i] = Alphabet[(int)(id.milliseconds & 31)];
            var random = ((UInt128)id.high << 64) | id.low;
            for (var i = 15; i >= 0; i--, random >>= 5) text[14 + i] = Alphabet[(int)(random & 31)];
        });
    }
}
