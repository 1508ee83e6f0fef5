using System.Globalization;

namespace Gateway.Providers.Gemini;

/// <summary>What a model's name says about it.</summary>
internal static class GeminiModels
{
    private const string Family = "gemini-";

    /// <summary>From the third generation on thinking has levels in place of a budget, calls must come back signed, and results of tools may have files in them.</summary>
    public static bool IsThirdOrLater(string model)
    {
        var at = model.IndexOf(Family, StringComparison.Ordinal);
        if (at < 0) return false;
        var version = model.AsSpan(at + Family.Length);
        var end = version.IndexOfAnyExceptInRange('0', '9');
        return int.TryParse(end < 0 ? version : version[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var major) && major >= 3;
    }

    public static bool IsPro(string model) => model.Contains("-pro", StringComparison.Ordinal);

    /// <summary>Where the model's methods are, below what stands before all models. A tuned model's name has its collection with it.</summary>
    public static string Path(string model, string method)
    {
        var name = string.Join('/', Resource(model).Split('/').Select(Uri.EscapeDataString));
        return $"{name}:{method}";
    }

    public static string Resource(string model) =>
        model.StartsWith("models/", StringComparison.Ordinal) || model.StartsWith("tunedModels/", StringComparison.Ordinal) ? model : "models/" + model;
}
