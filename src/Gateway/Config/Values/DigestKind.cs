using System.Diagnostics.CodeAnalysis;

using Gateway.Config.Binding;
using Gateway.Config.Schema;

namespace Gateway.Config.Values;

/// <summary>SHA-256 as 64 hexadecimal digits, of a key. Not shown: what was put here by mistake may be the key itself.</summary>
internal sealed class DigestKind : ScalarKind<KeyHash>
{
    public static readonly DigestKind Instance = new();

    public override string Noun => "a SHA-256 digest";

    protected override bool MayBeShown => false;

    public override void WriteSchema(SchemaWriter schema) => schema.TextMatching("^[0-9A-Fa-f]{64}$");

    protected override string? Parse(string text, [MaybeNull] out KeyHash value) =>
        KeyHash.TryParse(text, out value)
            ? null
            : "is no SHA-256 digest: write its 64 hexadecimal digits (printf %s KEY | sha256sum)";
}
