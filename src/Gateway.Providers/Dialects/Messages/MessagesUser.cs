using System.Security.Cryptography;
using System.Text;

namespace Gateway.Providers.Dialects.Messages;

/// <summary><c>metadata.user_id</c> as OpenAI's <c>user</c>.</summary>
internal static class MessagesUser
{
    /// <summary>Characters. OpenAI refuses more; Claude Code's ids have about 150.</summary>
    private const int Longest = 64;

    /// <summary>A longer id becomes its SHA-256 in hexadecimal digits, which is as long as allowed and the same for the same user.</summary>
    public static string Short(string id) => id.Length <= Longest ? id : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)));
}
