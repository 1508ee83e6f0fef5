using System.Buffers;
using Gateway.Prompts.Templates;

namespace Gateway.Config.Values;

/// <summary>The kinds of text a configuration holds. Whatever can end up in a header is visible ASCII, so that no line break ever can.</summary>
internal static class Texts
{
    private const int MaxName = 128;
    private const int MaxTag = 64;
    private const int MaxDocument = 64 * 1024;
    private const int MaxModel = 256;
    private const int MaxText = 1000;
    private const string AnyText = @"^[^\u0000-\u001f]+$";

    private static readonly SearchValues<char> PathCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-");

    private static readonly SearchValues<char> RegionCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    private static readonly string[] Reserved = ["/v1", "/admin", "/health", "/console", "/pass"];

    /// <summary>A key's or a team's name: shown in metrics, the ledger and messages.</summary>
    public static readonly TextKind Name = new("a name", AnyText, static text => OneLine(text, MaxName));

    /// <summary>A provider's name: it stands before the slash of PROVIDER/MODEL.</summary>
    public static readonly TextKind ProviderName = new("a name", "^[!-)+-.0-~]+$", static text =>
        HeaderWord(text, MaxName) ?? (text.AsSpan().ContainsAny('/', '*') ? "is no name for a provider: '/' and '*' have a meaning in PROVIDER/MODEL"
            : text == "fn" ? "is no name for a provider: 'fn/…' means functions" : null));

    /// <summary>A model's name or an alias: what clients ask for, possibly with a wildcard at its end.</summary>
    public static readonly TextKind ModelName = new("a model's name", "^[!-)+-~]*[!-~]$", ModelNameProblem);

    /// <summary>A target's model, or what an alias stands for.</summary>
    public static readonly TextKind Model = new("a model's name", "^[!-~]+$", static text => HeaderWord(text, MaxModel));

    public static readonly TextKind Description = new("text", AnyText, DescriptionProblem);

    /// <summary>What a request is called: as <c>x-gateway-tags</c> can have it, where commas stand between them.</summary>
    public static readonly TextKind Tag = new("a tag", "^[^,]+$", static text =>
        OneLine(text, MaxTag) ?? (text.Contains(',', StringComparison.Ordinal) ? "has a comma, which stands between tags" : null));

    public static readonly TextKind MetadataValue = new("text", AnyText, static text => OneLine(text, MaxText));

    /// <summary>A word that is sent to a provider in a header.</summary>
    public static readonly TextKind HeaderToken = new("an id", "^[!-~]+$", static text => HeaderWord(text, MaxName));

    /// <summary>A word of a cloud's host name.</summary>
    public static readonly TextKind Region = new("a region", "^[a-z0-9-]+$", static text =>
        OneLine(text, MaxName) ?? (text.AsSpan().ContainsAnyExcept(RegionCharacters) ? "may hold only small letters, digits and '-', as in us-central1" : null));

    /// <summary>A header's value; it may be a credential.</summary>
    public static readonly TextKind HeaderValue = new("a header's value", "^[ -~]+$", static text => HeaderValueProblem(text)) { Shown = false };

    /// <summary>A header's value, or with <c>*</c> at its end what it begins with.</summary>
    public static readonly TextKind HeaderMatch = new("a header's value", "^[ -)+-~]*[ -~]$", static text =>
        HeaderValueProblem(text) ?? (text.AsSpan(0, text.Length - 1).Contains('*') ? "has a '*' that is not at its end; one at the end stands for all that begin so" : null));

    /// <summary>A path of the file system, relative to the directory the gateway was started in.</summary>
    public static readonly TextKind FilePath = new("a path", AnyText, static text => OneLine(text, MaxText));

    /// <summary>A path of the file system, or what would stand in the file; it may be a credential.</summary>
    public static readonly TextKind Document = new("a path or JSON", AnyText, static text => text.Length is > 0 and <= MaxDocument ? null : "is no path and no JSON") { Shown = false };

    /// <summary>A prompt's, a label's or a function's name: it stands in references (<c>NAME@LABEL</c>), in headers and after <c>fn/</c>.</summary>
    public static readonly TextKind PromptName = new("a name", "^[A-Za-z0-9._-]+$", PromptNameProblem);

    /// <summary>A prompt and which version of it.</summary>
    public static readonly TextKind PromptReference = new("a prompt", "^[A-Za-z0-9._-]+(@[A-Za-z0-9._-]+)?$", static text =>
        text.Split('@') is { Length: <= 2 } parts && Array.TrueForAll(parts, static p => PromptNameProblem(p) is null) ? null : "is no reference to a prompt: write NAME, NAME@LABEL or NAME@VERSION");

    /// <summary>A variable of a prompt.</summary>
    public static readonly TextKind VariableName = new("a name", "^[A-Za-z_][A-Za-z0-9_-]*$", VariableNameProblem);

    /// <summary>A path of our own that nothing else answers under.</summary>
    public static readonly TextKind MetricsPath = new("a path", "^/[A-Za-z0-9/._-]+$", static text =>
        text.Length < 2 || text[0] != '/' || text.AsSpan().ContainsAnyExcept(PathCharacters) ? "is no path: write /metrics (letters, digits, '/', '.', '_', '-')"
            : Reserved.Any(r => text == r || text.StartsWith(r + "/", StringComparison.Ordinal)) ? "is taken: choose a path outside /v1, /admin, /health, /console and /pass"
            : null);

    /// <summary>What is wrong with a model's or an alias's name, or null.</summary>
    public static string? ModelNameProblem(string text)
    {
        if (HeaderWord(text, MaxModel) is { } problem)
            return problem;
        if (text.StartsWith("fn/", StringComparison.Ordinal))
            return "is no name for a model: 'fn/…' means functions";
        return text.AsSpan(0, text.Length - 1).Contains('*') ? "has a '*' that is not at its end; one at the end is a wildcard, as in 'gpt-*'" : null;
    }

    /// <summary>What is wrong with the name of a metadata entry or a parameter, or null.</summary>
    public static string? EntryName(string text) => OneLine(text, MaxName);

    /// <summary>What is wrong with the name of a prompt, a label or a function, or null.</summary>
    public static string? VariableNameProblem(string text) =>
        text.Length <= MaxName && TemplateTag.IsName(text) ? null : $"is no name of a variable: write at most {MaxName} letters, digits, '_' and '-', the first no digit and no '-'";

    public static string? PromptNameProblem(string text) =>
        OneLine(text, MaxName) ?? (text.AsSpan().ContainsAnyExcept(PathCharacters) || text.Contains('/', StringComparison.Ordinal) ? "may hold only letters, digits, '.', '_' and '-'" : null);

    /// <summary>What is wrong with a description, or null.</summary>
    public static string? DescriptionProblem(string text) => OneLine(text, MaxText);

    private static string? OneLine(string text, int max)
    {
        if (text.Length == 0)
            return "says nothing: write something or remove the line";
        if (text.Length > max)
            return $"has {text.Length} characters; {max} are the most";
        if (Printable.ControlCharacterIn(text) is { } control)
            return $"holds {control}; write it as one line of plain text";
        return char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1]) ? "begins or ends with a space; remove it" : null;
    }

    private static string? HeaderWord(string text, int max) =>
        OneLine(text, max) ?? (Printable.IsVisibleAscii(text) ? null : "may hold only visible ASCII characters, no spaces: it is sent in headers");

    private static string? HeaderValueProblem(string text) =>
        OneLine(text, 8192) ?? (text.AsSpan().ContainsAnyExceptInRange(' ', '~') ? "may hold only ASCII characters: it is sent in a header" : null);
}
