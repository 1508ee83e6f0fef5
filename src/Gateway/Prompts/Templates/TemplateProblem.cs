namespace Gateway.Prompts.Templates;

/// <summary>Why a text is no template.</summary>
/// <param name="Partial">The partial it stands in; null: the text itself.</param>
/// <param name="Line">From 1, in that text.</param>
/// <param name="Column">From 1, in characters.</param>
/// <param name="Message">What is wrong, and what would be right.</param>
internal sealed record TemplateProblem(string? Partial, int Line, int Column, string Message)
{
    public override string ToString() => Partial is null
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"line {Line}, column {Column}: {Message}")
        : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"partial '{Partial}', line {Line}, column {Column}: {Message}");
}
