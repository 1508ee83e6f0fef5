using System.Security.Cryptography;
using System.Text;

namespace Gateway.Providers.Dialects.Messages;

/// <summary>
/// Names of tools. Anthropic takes 128 characters, and clients make long ones out of the names of servers and tools; OpenAI and most others take 64. A longer name is shortened on its way out,
/// the same in every request, and the answer has the client's own.
/// </summary>
internal sealed class MessagesNames
{
    private const int Longest = 64;

    /// <summary>Hexadecimal digits of the name's SHA-256, which keep two names with the same beginning apart.</summary>
    private const int Digits = 8;

    private Dictionary<string, string>? _originals;

    public bool IsEmpty => _originals is null;

    public string Short(string name)
    {
        if (name.Length <= Longest) return name;
        var kept = name.AsSpan(0, Longest - Digits - 1);
        if (char.IsHighSurrogate(kept[^1])) kept = kept[..^1];
        var shortened = $"{kept}_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..Digits]}";
        (_originals ??= new(StringComparer.Ordinal))[shortened] = name;
        return shortened;
    }

    public string Original(string name) => _originals is not null && _originals.TryGetValue(name, out var original) ? original : name;
}
