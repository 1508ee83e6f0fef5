using System.Diagnostics.CodeAnalysis;

using Gateway.Config.Binding;
using Gateway.Config.Schema;

namespace Gateway.Config.Values;

/// <summary>A credential: visible ASCII, because it travels in a header, and never shown.</summary>
/// <param name="noun">What it is, with its article.</param>
/// <param name="minLength">Characters it must have.</param>
/// <param name="maxLength">Characters it may have.</param>
internal sealed class SecretKind(string noun, int minLength, int maxLength = SecretKind.MaxLength) : ScalarKind<Secret>
{
    /// <summary>Characters a virtual key must have. 6: <c>sk-</c> and three more is no protection, but lets a demo's key be typed; the documentation says what a good one is.</summary>
    public const int MinKey = 6;

    /// <summary>Characters the admin key must have. 32: it opens everything, and a random one of that length (16 bytes in hexadecimal) cannot be guessed.</summary>
    public const int MinAdminKey = 32;

    private const int MaxLength = 4096;

    public static readonly SecretKind ProviderKey = new("a provider's key", 1);
    public static readonly SecretKind VirtualKey = new("a key", MinKey, Auth.KeyHasher.MaxKeyLength);
    public static readonly SecretKind AdminKey = new("the admin key", MinAdminKey);

    public override string Noun => noun;

    protected override bool MayBeShown => false;

    public override void WriteSchema(SchemaWriter schema) => schema.TextMatching($"^[!-~]{{{minLength},}}$");

    protected override string? Parse(string text, [MaybeNull] out Secret value)
    {
        value = new Secret(text);
        if (text.Length < minLength)
            return text.Length == 0 ? $"is no key: it must have at least {minLength} characters" : $"is too short: {noun} has at least {minLength} characters";
        if (text.Length > maxLength)
            return $"is too long: {maxLength} characters are the most";
        if (Printable.ControlCharacterIn(text) is { } control)
            return $"holds {control}, which no key does (a file's last line break, perhaps)";
        return Printable.IsVisibleAscii(text) ? null : "holds a space or a character that is not ASCII; keys are sent in headers";
    }
}
