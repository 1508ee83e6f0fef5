using Gateway.Core.Errors;

namespace Gateway.PassThrough;

/// <summary>
/// Where a request to <c>/pass/PROVIDER/PATH?QUERY</c> wants to go, read from the bytes of the request line and not from what the server made of them: whatever passes this grammar means the same
/// to every server behind, so that it stays below the provider's <c>base_url</c>.
/// </summary>
/// <param name="Segments">As they were written, none of them empty.</param>
/// <param name="Query">As it was written, with its question mark; empty where there is none.</param>
internal sealed record PassPath(string Provider, IReadOnlyList<string> Segments, string Query)
{
    public const string Prefix = "/pass/";

    private static readonly GatewayError Shape = new(ErrorKind.NotFound, "Write the path as /pass/PROVIDER/PATH: the name of a provider of this gateway, then the path below its base_url.");

    /// <param name="target">Of the request line.</param>
    public static Outcome<PassPath> Read(string target)
    {
        if (!target.StartsWith(Prefix, StringComparison.Ordinal)) return Shape;
        var query = target.IndexOf('?', StringComparison.Ordinal) is var mark and >= 0 ? target[mark..] : "";
        var segments = target[Prefix.Length..(target.Length - query.Length)].Split('/');
        if (segments.Length < 2 || segments[0].Length == 0 || segments is [_, ""]) return Shape;
        foreach (var segment in segments)
            if (PassSegment.Problem(segment) is { } problem) return Wrong($"A part of the path {problem}.");
        if (query.AsSpan().ContainsAnyExceptInRange('!', '~') || query.Contains('#', StringComparison.Ordinal)) return Wrong("The query has a character that must be written as %XX.");
        return new PassPath(segments[0], segments[1..], query);
    }

    /// <summary>The address below a provider's own, which ends with a slash. A version at the end of that is not repeated: the vendors' clients write it into every path.</summary>
    public Uri Below(string prefix)
    {
        var skipped = Segments.Count > 1 && IsVersion(Segments[0]) && prefix.EndsWith($"/{Segments[0]}/", StringComparison.Ordinal) ? 1 : 0;
        return new(prefix + string.Join('/', Segments.Skip(skipped)) + Query, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
    }

    /// <summary>A value of the query, or null; the first of several.</summary>
    public string? QueryValue(string name)
    {
        foreach (var pair in Query.TrimStart('?').Split('&'))
            if (pair.StartsWith(name + "=", StringComparison.Ordinal)) return Uri.UnescapeDataString(pair[(name.Length + 1)..].Replace('+', ' '));
        return null;
    }

    private static bool IsVersion(string segment) => segment.Length >= 2 && segment[0] == 'v' && char.IsAsciiDigit(segment[1]);

    private static GatewayError Wrong(string message) => new(ErrorKind.InvalidRequest, message);
}
