using System.Globalization;
using Gateway.Config;

namespace Gateway.Prompts;

/// <summary>Which version a label or a number means.</summary>
internal static class PromptSelector
{
    /// <param name="selector">A label or a number; null: <see cref="PromptConfig.Production"/>.</param>
    /// <param name="newest">Number of the newest version.</param>
    /// <returns>A number, whether there is such a version or not; null: there is no such label.</returns>
    public static int? Resolve(string? selector, IReadOnlyDictionary<string, int> labels, int newest)
    {
        selector ??= PromptConfig.Production;
        if (selector == PromptConfig.Latest) return newest;
        return labels.TryGetValue(selector, out var number) ? number : Number(selector);
    }

    /// <returns>Null: it is a label.</returns>
    public static int? Number(string? selector) => int.TryParse(selector, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
