namespace Gateway.Providers.Demo.Model;

/// <summary>Which tools the demo calls.</summary>
/// <remarks>
/// The rule: a named or required call is made. Otherwise, where the last turn is the asker's, a tool is called when the message has its name, also written as words
/// (<c>get_weather</c>, "get weather"); and when it has none of the names, a tool is called when the message has a telling word of its name ("weather").
/// </remarks>
internal static class DemoToolPicker
{
    private const int MaxCalls = 8;

    /// <summary>Words of a message that are looked at.</summary>
    private const int MaxWords = 2000;

    /// <summary>Words that many tools share; they tell only where a name has no other.</summary>
    private static readonly HashSet<string> Common =
        ["get", "set", "list", "find", "search", "create", "update", "delete", "send", "fetch", "read", "write", "call", "run", "make", "do", "the", "and", "for", "with", "use"];

    public static List<DemoTool> Pick(DemoChatAsk ask)
    {
        if (ask.Tools is not { Count: > 0 } tools || ask.Calling == DemoCalling.Never) return [];
        if (ask.OnlyTool is not null) return [tools.First(t => t.Name == ask.OnlyTool)];
        var must = ask.Calling == DemoCalling.Must;
        if (!must && ask.Turns[^1].By != "asker") return [];
        var asked = Words(ask.Turns.LastOrDefault(t => t.By == "asker")?.Text ?? "");
        var meant = tools.Where(t => HasName(asked, t.Name)).ToList();
        if (meant.Count == 0) meant = [.. tools.Where(t => HasTellingWord(asked, t.Name))];
        if (meant.Count == 0 && must) meant = [tools[0]];
        return [.. meant.Take(ask.OneCall ? 1 : MaxCalls)];
    }

    private static bool HasName(List<string> asked, string name)
    {
        var words = Words(name);
        if (words.Count == 0) return false;
        for (var i = 0; i + words.Count <= asked.Count; i++)
            if (asked.GetRange(i, words.Count).SequenceEqual(words)) return true;
        return false;
    }

    private static bool HasTellingWord(List<string> asked, string name)
    {
        var words = Words(name);
        var telling = words.Where(w => w.Length > 2 && !Common.Contains(w)).ToList();
        return (telling.Count > 0 ? telling : words).Exists(w => asked.Contains(w) || asked.Contains(w + "s"));
    }

    /// <summary>Lower-case words; <c>camelCase</c> is two.</summary>
    private static List<string> Words(string text)
    {
        var words = new List<string>();
        var start = 0;
        for (var i = 0; i <= text.Length && words.Count < MaxWords; i++)
        {
            var ends = i == text.Length || !char.IsLetterOrDigit(text[i]);
            var hump = !ends && i > start && char.IsUpper(text[i]) && char.IsLower(text[i - 1]);
            if (!ends && !hump) continue;
            if (i > start) words.Add(text[start..i].ToLowerInvariant());
            start = hump ? i : i + 1;
        }

        return words;
    }
}
