using System.Diagnostics.CodeAnalysis;

using Gateway.Config.Binding;
using Gateway.Config.Schema;

namespace Gateway.Config.Values;

/// <summary>Text that a check has nothing against.</summary>
/// <param name="noun">What it is, with its article.</param>
/// <param name="pattern">What the schema asks of it; at most as strict as the check.</param>
/// <param name="check">Returns what is wrong, as the rest of a sentence that began with the value; or null.</param>
internal sealed class TextKind(string noun, string pattern, Func<string, string?> check) : ScalarKind<string>
{
    public override string Noun => noun;

    /// <summary>False where the text may hold a credential.</summary>
    public bool Shown { get; init; } = true;

    protected override bool MayBeShown => Shown;

    public override string Json(string value) => JsonLiteral.Text(value);

    public override void WriteSchema(SchemaWriter schema) => schema.TextMatching(pattern);

    protected override string? Parse(string text, [MaybeNull] out string value)
    {
        value = text;
        return check(text);
    }
}
