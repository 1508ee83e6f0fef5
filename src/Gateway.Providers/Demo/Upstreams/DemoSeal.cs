using System.Security.Cryptography;
using System.Text;

namespace Gateway.Providers.Demo.Upstreams;

/// <summary>
/// Signatures of thoughts and calls. Providers refuse a later turn that does not have theirs, so the demo does: a gateway or an application that loses or changes one is found out. They are
/// no secret, and the same for the same words.
/// </summary>
internal static class DemoSeal
{
    /// <param name="provider">Whose signature it is: one provider's means nothing to another.</param>
    public static string Of(string provider, string words) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes($"demo\0{provider}\0{words}")));

    public static bool IsRight(string provider, string words, string? signature) => signature == Of(provider, words);
}
