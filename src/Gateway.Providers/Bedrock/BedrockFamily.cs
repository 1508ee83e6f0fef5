using Gateway.Providers.Shared;

namespace Gateway.Providers.Bedrock;

/// <summary>Whose thoughts a model understands: its maker's.</summary>
internal static class BedrockFamily
{
    /// <summary>What stands before the maker in the id of an inference profile (https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html).</summary>
    private static readonly HashSet<string> Regions = ["apac", "au", "ca", "eu", "global", "jp", "sa", "us", "us-gov"];

    /// <param name="model">An id, or an ARN that ends in one. One that does not tell (of an application's own profile) is taken for Claude, whose models are those that sign.</param>
    public static string Of(string model)
    {
        if (IsClaude(model)) return ThoughtBlocks.Claude;
        var words = model[(model.LastIndexOf('/') + 1)..].Split('.');
        var maker = Regions.Contains(words[0]) ? 1 : 0;
        return maker + 1 < words.Length ? words[maker] : ThoughtBlocks.Claude;
    }

    public static bool IsClaude(string model) =>
        model.Contains("anthropic.", StringComparison.OrdinalIgnoreCase) || model.Contains("claude", StringComparison.OrdinalIgnoreCase);
}
