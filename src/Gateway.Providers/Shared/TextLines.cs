using System.Text;

namespace Gateway.Providers.Shared;

/// <summary>Several texts where a provider has one: each begins a line, unless a space or a line break is there already.</summary>
internal static class TextLines
{
    public static void Add(StringBuilder text, string? words)
    {
        if (string.IsNullOrEmpty(words)) return;
        if (text.Length > 0 && !char.IsWhiteSpace(text[^1]) && !char.IsWhiteSpace(words[0])) text.Append('\n');
        text.Append(words);
    }

    public static string Join(IEnumerable<string?> texts)
    {
        var text = new StringBuilder();
        foreach (var words in texts) Add(text, words);
        return text.ToString();
    }
}
