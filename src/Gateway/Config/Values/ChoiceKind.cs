using Gateway.Config.Binding;
using Gateway.Config.Schema;

namespace Gateway.Config.Values;

/// <summary>One word of a closed set.</summary>
internal sealed class ChoiceKind<T>((string Word, T Value)[] choices) : ScalarKind<T>
    where T : struct
{
    /// <summary>Words of the contract that this version does not have yet.</summary>
    public string[] NotYet { get; init; } = [];

    /// <summary>What other gateways call them; accepted, and offered to editors.</summary>
    public (string Word, T Value)[] AlsoKnown { get; init; } = [];

    public override string Noun => $"one of {Words()}";

    public override string Json(T value) => JsonLiteral.Text(Word(value));

    public string Word(T value) => choices.First(c => c.Value.Equals(value)).Word;

    public override void WriteSchema(SchemaWriter schema) => schema.Choice(choices.Concat(AlsoKnown).Select(static c => c.Word));

    protected override string? Parse(string text, out T value)
    {
        foreach (var (word, choice) in choices.Concat(AlsoKnown))
        {
            if (word != text)
                continue;
            value = choice;
            return null;
        }

        value = default;
        return NotYet.Contains(text)
            ? $"is not in this version yet: write one of {Words()}"
            : $"is not one of {Words()}{NearestName.Hint(text, choices.Select(static c => c.Word))}";
    }

    private string Words() => string.Join(", ", choices.Select(static c => c.Word));
}
