using System.Diagnostics.CodeAnalysis;

using Gateway.Config.Yaml;

namespace Gateway.Config.Binding;

/// <summary>A kind of value that is one piece of text.</summary>
internal abstract class ScalarKind<T> : ValueKind<T>
{
    /// <summary>Whether messages may show the value. False for secrets and whatever may hold one.</summary>
    protected virtual bool MayBeShown => true;

    public sealed override bool TryBind(YamlNode node, BindContext context, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        if (!context.TryText(node, Noun, out var text))
            return false;
        if (Parse(text.Value, out value) is not { } problem)
            return value is not null;

        context.Errors.Add(text.Mark, $"{Shown(text)} {problem}");
        return false;
    }

    /// <summary>Reads the text.</summary>
    /// <returns>What is wrong, as the rest of a sentence that began with the value: <c>is not a duration: write 30s</c>; null: <paramref name="value"/> is set.</returns>
    protected abstract string? Parse(string text, [MaybeNull] out T value);

    private string Shown(in ScalarText text) => text switch
    {
        { Value: "" } => "the empty value",
        { FromEnvironment: true } => "the value, which comes from the environment,",
        _ => MayBeShown ? $"'{Printable.Shorten(text.Value)}'" : "the value",
    };
}
