using System.Net.Http.Headers;
using Gateway.Telemetry.Traces;

namespace Gateway.Upstream;

/// <summary>
/// What of the client's own headers goes upstream: an allow-list, so that credentials, cookies, hop-by-hop headers and whatever is invented next stay here.
/// </summary>
/// <param name="Beta">The provider's own header for features in trial; null: it has none.</param>
/// <param name="Trace">Ours where the request is traced, else the client's.</param>
internal readonly record struct ForwardedHeaders(IHeaderDictionary Client, string? Beta, TraceHeaders Trace)
{
    private static readonly string[] Allowed = ["OpenAI-Beta", "User-Agent"];

    public void AddTo(HttpRequestHeaders headers)
    {
        foreach (var name in Allowed)
            if (Client[name] is { Count: > 0 } value && HeaderText.IsValid(value.ToString())) HeaderText.Add(headers, name, value.ToString());
        // Beside those of the configuration: it is a list.
        if (Beta is not null && Client[Beta] is { Count: > 0 } beta && HeaderText.IsValid(beta.ToString())) HeaderText.Add(headers, Beta, beta.ToString());
        if (Trace.Parent is { } parent && HeaderText.IsValid(parent)) HeaderText.Add(headers, "traceparent", parent);
        if (Trace.State is { } state && HeaderText.IsValid(state)) HeaderText.Add(headers, "tracestate", state);
    }
}
