using System.Collections.Frozen;
using Gateway.Telemetry.Traces;
using Gateway.Upstream;
using Microsoft.Extensions.Primitives;

namespace Gateway.PassThrough;

/// <summary>What of the headers passes, both ways. Unlike the lanes, which have a list of what does, this is a provider's own API: there is a list of what does not.</summary>
internal static class PassHeaders
{
    /// <summary>Of one connection, and said anew for the next (RFC 9110 7.6.1), with those that only exist between two neighbours.</summary>
    private static readonly string[] HopByHop =
        ["Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Authentication-Info", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "HTTP2-Settings", "Alt-Svc", "Alt-Used"];

    /// <summary>Credentials, what says where a request came from, what HTTP makes by itself; and compression, since a compressed answer has no usage that could be read.</summary>
    private static readonly FrozenSet<string> KeptFromProvider = Set(
        [.. HopByHop, "Authorization", "x-api-key", "api-key", "x-goog-api-key", "Cookie", "Host", "Content-Length", "Expect", "Upgrade-Insecure-Requests", "Accept-Encoding",
        "Sec-WebSocket-Extensions", "Forwarded", "Via", "X-Real-IP", "traceparent", "tracestate", "baggage"]);

    /// <summary>What would be taken for the gateway's own word: about the connection, its cookies and its origin.</summary>
    private static readonly FrozenSet<string> KeptFromClient = Set(
        [.. HopByHop, "Set-Cookie", "Set-Cookie2", "Server", "Location", "Content-Length", "Date", "x-request-id", "Strict-Transport-Security", "Clear-Site-Data", "NEL", "Report-To", "Reporting-Endpoints"]);

    private static readonly string[] PrefixesKeptFromProvider = ["x-gateway-", "X-Forwarded-", "X-Amz-", "Proxy-", ":"];

    private static readonly string[] PrefixesKeptFromClient = ["x-gateway-", "Access-Control-"];

    private static readonly string[] Content = ["Content-", "Allow", "Expires", "Last-Modified"];

    /// <summary>A header that describes the body, where .NET keeps it.</summary>
    public static bool IsOfContent(string name) => StartsWith(name, Content) && !name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase);

    /// <summary>Every header of the request as the provider gets it, but for what its credential adds.</summary>
    public static List<KeyValuePair<string, string>> ToProvider(IHeaderDictionary client, IReadOnlyList<KeyValuePair<string, string>> ours, string? beta, TraceHeaders trace)
    {
        var headers = new List<KeyValuePair<string, string>>(client.Count + ours.Count);
        var named = Named(client.Connection);
        foreach (var (name, values) in client)
        {
            if (KeptFromProvider.Contains(name) || StartsWith(name, PrefixesKeptFromProvider) || named.Contains(name)) continue;
            // The configuration's word wins, but for a list of features that both may add to.
            if (!name.Equals(beta, StringComparison.OrdinalIgnoreCase) && ours.Any(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase))) continue;
            foreach (var value in values)
                if (value is not null && HeaderText.IsValid(value) && Shown(name, value) is { Length: > 0 } shown) headers.Add(new(name, shown));
        }

        headers.AddRange(ours);
        if (trace.Parent is { } parent && HeaderText.IsValid(parent)) headers.Add(new("traceparent", parent));
        if (trace.State is { } state && HeaderText.IsValid(state)) headers.Add(new("tracestate", state));
        return headers;
    }

    /// <summary>Copies what the client may see.</summary>
    public static void ToClient(HttpResponseMessage provider, IHeaderDictionary client)
    {
        var named = Named(provider.Headers.NonValidated.TryGetValues("Connection", out var connection) ? connection.ToString() : "");
        foreach (var (name, values) in provider.Headers.NonValidated.Concat(provider.Content.Headers.NonValidated))
        {
            if (KeptFromClient.Contains(name) || StartsWith(name, PrefixesKeptFromClient) || named.Contains(name)) continue;
            string[] valid = [.. values.Where(HeaderText.IsValid)];
            if (valid.Length > 0) client[name] = valid;
        }
    }

    /// <summary>OpenAI's realtime API takes a key as the name of a protocol, from browsers: it would be the client's.</summary>
    private static string Shown(string name, string value) => !name.Equals("Sec-WebSocket-Protocol", StringComparison.OrdinalIgnoreCase)
        ? value
        : string.Join(", ", value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(static p => !p.Contains("api-key", StringComparison.OrdinalIgnoreCase)));

    /// <summary>Headers that <c>Connection</c> names are its own too.</summary>
    private static HashSet<string> Named(StringValues connection) =>
        new(connection.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), StringComparer.OrdinalIgnoreCase);

    private static bool StartsWith(string name, string[] prefixes) => Array.Exists(prefixes, p => name.StartsWith(p, StringComparison.OrdinalIgnoreCase));

    private static FrozenSet<string> Set(string[] names) => names.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
