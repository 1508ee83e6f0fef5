using Gateway.Core.Errors;
using Microsoft.Extensions.Primitives;

namespace Gateway.Auth;

/// <summary>The one place that takes a credential out of a request. Four headers can carry it, and they are the same credential.</summary>
internal static class Credential
{
    private const string Bearer = "Bearer ";

    private static readonly GatewayError Conflict = new(ErrorKind.InvalidRequest,
        "The request carries two different API keys. Send one: Authorization: Bearer KEY, x-api-key, api-key or x-goog-api-key.");

    private static readonly GatewayError Missing = new(ErrorKind.InvalidApiKey,
        "You did not provide an API key. Send it as 'Authorization: Bearer KEY' (x-api-key, api-key and x-goog-api-key work too).");

    private static readonly GatewayError Malformed = new(ErrorKind.InvalidApiKey, "The Authorization header must be 'Bearer KEY'.");

    /// <returns>The key as it was sent, or why there is none.</returns>
    public static Outcome<string> Read(IHeaderDictionary headers)
    {
        string? found = null;
        if (headers.Authorization is { Count: > 0 } authorization)
        {
            if (authorization.Count > 1) return Conflict;
            var value = authorization.ToString();
            if (!value.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)) return Malformed;
            found = value[Bearer.Length..].Trim();
            if (found.Length == 0) return Missing;
        }

        if (!Take(headers["x-api-key"], ref found) || !Take(headers["api-key"], ref found) || !Take(headers["x-goog-api-key"], ref found)) return Conflict;
        return found is null ? Missing : found;
    }

    private static bool Take(StringValues header, ref string? found)
    {
        foreach (var value in header)
        {
            if (string.IsNullOrEmpty(value)) continue;
            if (found is not null && !string.Equals(found, value, StringComparison.Ordinal)) return false;
            found = value;
        }

        return true;
    }
}
