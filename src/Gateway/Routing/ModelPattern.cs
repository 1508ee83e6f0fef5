namespace Gateway.Routing;

/// <summary>A model or alias whose name has one <c>*</c>.</summary>
/// <param name="resolve">Makes the entry for what the star stood for.</param>
internal sealed class ModelPattern(string name, Func<string, string, ModelEntry?> resolve)
{
    private readonly string _before = name[..name.IndexOf('*', StringComparison.Ordinal)];
    private readonly string _after = name[(name.IndexOf('*', StringComparison.Ordinal) + 1)..];

    /// <summary>Longer fixed parts match first.</summary>
    public int Specificity => _before.Length + _after.Length;

    public ModelEntry? Match(string asked)
    {
        if (asked.Length < Specificity || !asked.StartsWith(_before, StringComparison.Ordinal) || !asked.EndsWith(_after, StringComparison.Ordinal)) return null;
        return resolve(asked, asked[_before.Length..^_after.Length]);
    }
}
