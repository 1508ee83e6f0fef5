using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace Gateway.Core.Stores;

/// <summary>Where a page of ledger rows ended: the admission instant of its last row and the store's number of that row, which breaks ties.</summary>
/// <remarks>Opaque to clients: base64url of a version byte and the two numbers, so that it can change without breaking anybody.</remarks>
/// <param name="AtMicros">Microseconds since 1970, UTC.</param>
/// <param name="RowId">The store's own number of the row.</param>
public readonly record struct LedgerCursor(long AtMicros, long RowId)
{
    private const byte Version = 1;
    private const int Length = 1 + 8 + 8;

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Length];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], AtMicros);
        BinaryPrimitives.WriteInt64BigEndian(bytes[9..], RowId);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>False for anything that <see cref="ToString"/> did not make.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out LedgerCursor cursor)
    {
        cursor = default;
        Span<byte> bytes = stackalloc byte[Length];
        if (text is null || text.Length > 2 * Length || !Base64Url.IsValid(text)
            || !Base64Url.TryDecodeFromChars(text, bytes, out var written) || written != Length || bytes[0] != Version)
            return false;
        cursor = new(BinaryPrimitives.ReadInt64BigEndian(bytes[1..]), BinaryPrimitives.ReadInt64BigEndian(bytes[9..]));
        return true;
    }
}
