using System.Buffers;

namespace Gateway.Providers.Anthropic;

/// <summary>Ids of tool calls. Anthropic takes letters, digits, '_' and '-'; a conversation that began with another provider has others.</summary>
internal static class AnthropicIds
{
    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

    /// <summary>The same for the call and for its result.</summary>
    public static string Valid(string id) =>
        id.AsSpan().ContainsAnyExcept(Allowed) ? string.Create(id.Length, id, static (valid, id) =>
        {
            for (var i = 0; i < id.Length; i++) valid[i] = Allowed.Contains(id[i]) ? id[i] : '_';
        }) : id;
}
