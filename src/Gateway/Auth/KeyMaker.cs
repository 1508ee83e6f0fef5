using System.Security.Cryptography;
using System.Text;
using Gateway.Metering.Journal;

namespace Gateway.Auth;

/// <summary>A key that was just made. Its text is shown once and kept nowhere.</summary>
/// <param name="Id">The part that is no secret.</param>
/// <param name="Hash">SHA-256 of the key, in lower-case hexadecimal: what is kept.</param>
internal sealed record MadeKey(string Text, string Id, string Hash)
{
    public override string ToString() => Id;
}

/// <summary>Makes keys: <c>sk-gw-ID-SECRET</c>, the secret with a checksum behind it, by which scanners of source code tell a key from a text that looks like one.</summary>
internal static class KeyMaker
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int IdLength = 12;

    /// <summary>43 characters of 62: 256 bits.</summary>
    private const int SecretLength = 43;

    /// <summary>32 bits in base 62.</summary>
    private const int ChecksumLength = 6;

    /// <summary>What a virtual key begins with.</summary>
    public const string KeyPrefix = "sk-gw";

    /// <summary>What an admin token begins with.</summary>
    public const string TokenPrefix = "admin-gw";

    public static MadeKey Make(string prefix)
    {
        var id = RandomNumberGenerator.GetString(Alphabet, IdLength);
        var body = $"{prefix}-{id}-{RandomNumberGenerator.GetString(Alphabet, SecretLength)}";
        var text = body + Checksum(body);
        return new(text, id, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
    }

    /// <summary>CRC-32C of what stands before it, in base 62, most significant digit first.</summary>
    public static string Checksum(string body) => string.Create(ChecksumLength, Crc32C.Compute(Encoding.UTF8.GetBytes(body)), static (text, crc) =>
    {
        for (var i = ChecksumLength - 1; i >= 0; i--, crc /= (uint)Alphabet.Length)
            text[i] = Alphabet[(int)(crc % Alphabet.Length)];
    });
}
