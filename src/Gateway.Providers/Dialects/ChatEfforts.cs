namespace Gateway.Providers.Dialects;

/// <summary>Values of <c>reasoning_effort</c>, for providers that know only some of them.</summary>
internal static class ChatEfforts
{
    private static readonly string[] InOrder = ["none", "minimal", "low", "medium", "high", "xhigh"];

    /// <summary>Of two as near the greater one: who names an effort wants some.</summary>
    /// <param name="known">Null: all.</param>
    /// <returns>The same where the provider knows it, or nobody does: the provider will say what it thinks of it.</returns>
    public static string Nearest(string effort, IReadOnlyList<string>? known)
    {
        var wanted = Array.IndexOf(InOrder, effort);
        if (known is null || wanted < 0) return effort;
        return known.OrderByDescending(static e => Array.IndexOf(InOrder, e)).MinBy(e => Math.Abs(Array.IndexOf(InOrder, e) - wanted)) ?? effort;
    }
}
