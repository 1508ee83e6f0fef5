using Gateway.Config.Values;

namespace Gateway.Config.Shapes;

/// <summary>Headers sent with every request to a provider.</summary>
internal static class HeadersKind
{
    private const string TokenPunctuation = "!#$%&'*+-.^_`|~";

    /// <summary>What frames a message, belongs to one connection, or says what the gateway itself must know of the body.</summary>
    private static readonly HashSet<string> Own = new(StringComparer.OrdinalIgnoreCase)
    {
        "accept", "accept-encoding", "connection", "content-encoding", "content-length", "content-type", "expect", "host", "keep-alive",
        "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
    };

    public static readonly MapKind<string> Instance = new("a mapping of header names to values", NameProblem, Texts.HeaderValue) { Comparer = StringComparer.OrdinalIgnoreCase };

    /// <summary>What is wrong with a name that no header can have, or null.</summary>
    public static string? NotAName(string name) =>
        // RFC 9110 §5.6.2: a token.
        name.Length is 0 or > 128 || !name.All(static c => char.IsAsciiLetterOrDigit(c) || TokenPunctuation.Contains(c, StringComparison.Ordinal))
            ? "is no header name: letters, digits and '-', no spaces, no ':', no line breaks"
            : null;

    private static string? NameProblem(string name) => NotAName(name) ?? (Own.Contains(name) ? "is set by the gateway itself; remove it" : null);
}
