using System.Text.Json;
using Gateway.Core.Wire.OpenAI;

namespace Gateway.Providers.Shared;

/// <summary>
/// <c>thinking_blocks</c> of an assistant's message: thoughts that a model signed or encrypted, and wants back. A family of models refuses those of another, so that each is marked with the family that
/// made it, inside the signature, which every client keeps as it is. Claude's own have no mark: a client may have them from Anthropic itself.
/// </summary>
internal static class ThoughtBlocks
{
    /// <summary>The member of the message. LiteLLM's name for it.</summary>
    public const string Member = "thinking_blocks";

    /// <summary>The type of one that the client cannot read.</summary>
    public const string Encrypted = "redacted_thinking";

    public const string Claude = "claude";

    /// <summary>Begins a signature, or encrypted thoughts, of another family's than Claude; the family and a dot follow.</summary>
    public const string Prefix = "gateway.thought.";

    private const string Place = "messages[]." + Member;

    /// <summary>Those that the family made, the mark still on them.</summary>
    /// <param name="fit">Is told that there are others; null: nobody is.</param>
    public static IEnumerable<JsonElement> Of(ChatMessage message, string family, RequestFit? fit) =>
        message.Role == "assistant" && message.Rest is { } rest && rest.TryGetValue(Member, out var thoughts) ? Sorted(thoughts, family, fit) : [];

    /// <summary>What stands before the family's signatures; empty for Claude.</summary>
    public static string Mark(string family) => family == Claude ? "" : $"{Prefix}{family}.";

    /// <summary>The signature as the model gave it.</summary>
    public static string Bare(string signature, string family) => signature.StartsWith(Prefix, StringComparison.Ordinal) ? signature[Mark(family).Length..] : signature;

    private static IEnumerable<JsonElement> Sorted(JsonElement thoughts, string family, RequestFit? fit)
    {
        if (thoughts.ValueKind != JsonValueKind.Array)
        {
            if (ChatHints.IsSaid(thoughts)) fit?.Drop(Place);
            yield break;
        }

        foreach (var thought in thoughts.EnumerateArray())
        {
            if (IsOf(thought, family)) yield return thought;
            else fit?.Drop(Place);
        }
    }

    /// <summary>Models refuse one that nobody signed.</summary>
    private static bool IsOf(JsonElement thought, string family)
    {
        var seal = JsonFields.Text(thought, "type") switch
        {
            "thinking" when thought.TryGetProperty("thinking", out var said) && said.ValueKind == JsonValueKind.String => JsonFields.Text(thought, "signature"),
            Encrypted => JsonFields.Text(thought, "data"),
            _ => null,
        };
        if (string.IsNullOrEmpty(seal)) return false;
        return family == Claude ? !seal.StartsWith(Prefix, StringComparison.Ordinal) : seal.StartsWith(Mark(family), StringComparison.Ordinal);
    }
}
