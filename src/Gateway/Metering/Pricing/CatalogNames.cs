namespace Gateway.Metering.Pricing;

/// <summary>The names a model may stand under in the catalogue, given the name in the configuration.</summary>
/// <remarks>In this order, and only until one is found, so that an entry of its own always wins over these rules:
/// the name as it is; <c>ft:BASE:organisation:…</c> → <c>ft:BASE</c>; <c>prefix/name</c> → <c>name</c>; Bedrock's <c>eu.name</c> → <c>us.name</c> (regional inference
/// profiles cost the same) → <c>name</c>, <c>global.name</c> → <c>name</c>; then all of these without a date or version at the end
/// (<c>-2024-07-18</c>, <c>-20250929</c>, <c>@20250929</c>, <c>@default</c>).
/// </remarks>
internal static class CatalogNames
{
    private static readonly string[] Regions = ["us.", "eu.", "apac.", "au.", "jp.", "ca.", "us-gov."];

    public static IEnumerable<string> Candidates(string name)
    {
        var undated = Undated(name);
        foreach (var candidate in Variants(name))
            yield return candidate;
        if (undated.Length == name.Length)
            yield break;
        foreach (var candidate in Variants(undated))
            yield return candidate;
    }

    private static IEnumerable<string> Variants(string name)
    {
        yield return name;
        if (name.StartsWith("ft:", StringComparison.Ordinal))
        {
            yield return string.Join(':', name.Split(':').Take(2));
            yield break;
        }

        var bare = name[(name.LastIndexOf('/') + 1)..];
        if (bare.Length != name.Length)
            yield return bare;
        if (bare.StartsWith("global.", StringComparison.Ordinal))
            yield return bare["global.".Length..];
        if (Array.Find(Regions, region => bare.StartsWith(region, StringComparison.Ordinal)) is { } region)
        {
            yield return "us." + bare[region.Length..];
            yield return bare[region.Length..];
        }
    }

    private static string Undated(string name)
    {
        var at = name.LastIndexOf('@');
        if (at > 0)
            return name[..at];
        foreach (var pattern in (ReadOnlySpan<string>)["-dddd-dd-dd", "-dddddddd"])
        {
            if (name.Length > pattern.Length && Matches(name.AsSpan(name.Length - pattern.Length), pattern))
                return name[..^pattern.Length];
        }

        return name;
    }

    private static bool Matches(ReadOnlySpan<char> text, string pattern)
    {
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == 'd' ? !char.IsAsciiDigit(text[i]) : text[i] != pattern[i])
                return false;
        }

        return true;
    }
}
