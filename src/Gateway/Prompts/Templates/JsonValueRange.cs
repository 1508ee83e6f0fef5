namespace Gateway.Prompts.Templates;

/// <summary>A JSON value by its place in what a variable was given.</summary>
/// <param name="Slot">The variable whose value it is, or is inside of.</param>
/// <param name="Start">Its first byte, in the request's body or, where the request does not have the variable, in its default.</param>
/// <param name="End">One past its last; 0: there is no such value.</param>
internal readonly record struct JsonValueRange(int Slot, int Start, int End)
{
    public bool Exists => End > 0;
}
