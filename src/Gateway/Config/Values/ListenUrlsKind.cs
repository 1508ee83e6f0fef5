using System.Diagnostics.CodeAnalysis;

using Gateway.Config.Binding;
using Gateway.Config.Schema;

namespace Gateway.Config.Values;

/// <summary>Where to listen: one or more of <c>http://HOST:PORT</c>, separated by semicolons; <c>*</c> as the host is every interface.</summary>
internal sealed class ListenUrlsKind : ScalarKind<string>
{
    public static readonly ListenUrlsKind Instance = new();

    private const string Right = "write http://HOST:PORT, as in http://127.0.0.1:4000; several are separated by ';'";

    public override string Noun => "one or more addresses";

    public override string Json(string value) => JsonLiteral.Text(value);

    public override void WriteSchema(SchemaWriter schema) => schema.TextMatching("^http://[^\\s;/]+/?(;http://[^\\s;/]+/?)*$");

    protected override string? Parse(string text, [MaybeNull] out string value)
    {
        value = text;
        return ProblemOf(text);
    }

    /// <summary>What is wrong with a list of addresses, as the end of a sentence; null when nothing is.</summary>
    public static string? ProblemOf(string text)
    {
        foreach (var range in text.AsSpan().Split(';'))
        {
            if (Problem(text[range].Trim()) is { } problem)
                return problem;
        }

        return null;
    }

    private static string? Problem(string url)
    {
        if (url.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            return "asks for https, which is not in this version yet: let a load balancer or reverse proxy end TLS, and listen on http://";
        // '*' and '+' are Kestrel's words for every interface; the URI parser knows neither.
        var host = url.StartsWith("http://*", StringComparison.OrdinalIgnoreCase) || url.StartsWith("http://+", StringComparison.OrdinalIgnoreCase)
            ? string.Concat("http://any", url.AsSpan(8))
            : url;
        if (!Uri.TryCreate(host, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttp || uri.Host.Length == 0)
            return $"is no address to listen on: {Right}";
        return uri.AbsolutePath != "/" || uri.Query.Length + uri.Fragment.Length + uri.UserInfo.Length > 0 ? $"says more than host and port: {Right}" : null;
    }
}
