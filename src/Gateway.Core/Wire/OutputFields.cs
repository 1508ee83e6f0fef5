using System.Text;

namespace Gateway.Core.Wire;

/// <summary>
/// How providers and servers call the bound of an answer and the number of answers, apart from OpenAI. A request may carry their names beside or in place of OpenAI's, and what passes through to a
/// provider may not be worth more than was reserved for it.
/// </summary>
/// <remarks>Case, underscores and hyphens do not count: Google takes two spellings, and Go's JSON reader any case.</remarks>
public static class OutputFields
{
    /// <summary>No provider's name is longer.</summary>
    private const int MaxName = 64;

    private static readonly (OutputField Field, string Names)[] Table =
    [
        (OutputField.Bound, "maxtokens maxcompletiontokens maxoutputtokens maxnewtokens maxtokenstosample maxgenlen maxtokencount maxgeneratedtokens maxgenerationtokens numpredict npredict"),
        (OutputField.Count, "n bestof candidatecount numreturnsequences numgenerations numcompletions numresults numcandidates numchoices samplecount"),
        (OutputField.StoredPrompt, "cachedcontent"),
        (OutputField.Thinking, "reasoning thinking reasoningconfig thinkingconfig"),
        (OutputField.Opaque, "messages prompt input contents system instructions systeminstruction tools functions toolchoice toolconfig documents metadata requestmetadata labels"),
        (OutputField.Opaque, "promptvariables chattemplatekwargs responseformat format properties logitbias prediction grammar guidedjson user model"),
    ];

    private static readonly Dictionary<string, OutputField>.AlternateLookup<ReadOnlySpan<char>> Known = Table
        .SelectMany(static row => row.Names.Split(' ').Select(name => (name, row.Field)))
        .ToDictionary(static entry => entry.name, static entry => entry.Field, StringComparer.Ordinal)
        .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <param name="name">Without escapes, in UTF-8.</param>
    public static OutputField Of(ReadOnlySpan<byte> name)
    {
        if (name.Length is 0 or > MaxName) return OutputField.None;
        Span<char> buffer = stackalloc char[MaxName];
        var folded = Fold(name, buffer);
        if (Known.TryGetValue(folded, out var known)) return known;
        if (folded.IndexOf("schema") >= 0) return OutputField.Opaque;
        return SoundsLikeBound(folded) ? OutputField.MaybeBound : OutputField.None;
    }

    public static OutputField Of(string name) => Of(Encoding.UTF8.GetBytes(name));

    /// <summary>Names nobody here has heard of: of the next server, or the next version of one.</summary>
    private static bool SoundsLikeBound(ReadOnlySpan<char> name)
    {
        var isLength = name.IndexOf("token") >= 0 || name.IndexOf("len") >= 0 || name.IndexOf("output") >= 0;
        if (!isLength || (name.IndexOf("max") < 0 && !name.StartsWith("min"))) return false;
        return name.IndexOf("input") < 0 && name.IndexOf("prompt") < 0 && name.IndexOf("context") < 0 && name.IndexOf("doc") < 0;
    }

    private static ReadOnlySpan<char> Fold(ReadOnlySpan<byte> name, Span<char> buffer)
    {
        var length = 0;
        foreach (var b in name)
        {
            if (b is not ((byte)'_' or (byte)'-')) buffer[length++] = (char)(b is >= (byte)'A' and <= (byte)'Z' ? b | 0x20 : b);
        }

        return buffer[..length];
    }
}
