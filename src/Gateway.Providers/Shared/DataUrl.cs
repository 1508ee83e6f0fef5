namespace Gateway.Providers.Shared;

/// <summary>A file inside a request: <c>data:image/png;base64,…</c> (RFC 2397).</summary>
/// <param name="MediaType">In lower case, without parameters.</param>
/// <param name="Base64">The data as it stands.</param>
internal readonly record struct DataUrl(string MediaType, string Base64)
{
    private const string Scheme = "data:";

    private const string Encoding = ";base64";

    public static bool Is(string url) => url.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <returns>Null where the URL is no data in base64.</returns>
    public static DataUrl? Parse(string url)
    {
        var comma = url.IndexOf(',', StringComparison.Ordinal);
        if (!Is(url) || comma < 0) return null;
        var head = url.AsSpan(Scheme.Length, comma - Scheme.Length);
        if (!head.EndsWith(Encoding, StringComparison.OrdinalIgnoreCase)) return null;
        var type = head[..^Encoding.Length];
        var parameter = type.IndexOf(';');
        if (parameter >= 0) type = type[..parameter];
        return new(type.Trim().ToString().ToLowerInvariant(), url[(comma + 1)..]);
    }
}
