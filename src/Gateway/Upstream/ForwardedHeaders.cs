using System.Net.Http.Headers;

namespace Gateway.Upstream;

/// <summary>
/// What of the client's own headers goes upstream: an allow-list, so that credentials, cookies, hop-by-hop headers and whatever is invented next stay here.
/// </summary>
/// <param name="Trace">The value of <c>traceparent</c>: ours where the request is traced, else the client's.</param>
internal readonly record struct ForwardedHeaders(IHeaderDictionary Client, string? Trace)
{
    private static readonly string[] Allowed = ["OpenAI-Beta", "User-Agent", "tracestate"];

    public void AddTo(HttpRequestHeaders headers)
    {
        foreach (var name in Allowed)
            if (Client[name] is { Count: > 0 } value && HeaderText.IsValid(value.ToString())) HeaderText.Add(headers, name, value.ToString());
        if (Trace is { } trace && HeaderText.IsValid(trace)) HeaderText.Add(headers, "traceparent", trace);
    }
}
