using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Providers.Bedrock;

/// <summary>Ids of tool calls. Bedrock takes 64 characters of few; a conversation that began with another provider has others.</summary>
internal static class BedrockIds
{
    private const int Longest = 64;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.:");

    /// <summary>The same for the call and for its result.</summary>
    public static string Valid(string id)
    {
        if (id.Length > Longest) return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)));
        return id.AsSpan().ContainsAnyExcept(Allowed) ? string.Create(id.Length, id, static (valid, id) =>
        {
            for (var i = 0; i < id.Length; i++) valid[i] = Allowed.Contains(id[i]) ? id[i] : '_';
        }) : id;
    }
}
