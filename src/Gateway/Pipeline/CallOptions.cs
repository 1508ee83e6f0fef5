using System.Globalization;
using Gateway.Cache;
using Gateway.Core.Errors;
using Gateway.Prompts;
using Gateway.Routing;

namespace Gateway.Pipeline;

/// <summary>What a client says to the gateway and not to the model: in headers, so that any SDK can send it.</summary>
internal readonly record struct CallOptions(IReadOnlyList<string> Tags, string? User, string? Session, bool Fallbacks, TimeSpan? Timeout, CacheControl Cache = CacheControl.Default)
{
    /// <summary>On top of the model's own.</summary>
    public RouteConstraints Constraints { get; init; }

    /// <summary>Of <see cref="PromptStep.Header"/>; null: none.</summary>
    public string? Prompt { get; init; }

    /// <summary>How it is routed is noted in the ledger.</summary>
    public bool Explain { get; init; }

    /// <summary>A row of the ledger carries them all.</summary>
    private const int MaxTags = 16;
    private const int MaxText = 64;
    private const int MaxUser = 256;

    private static readonly CallOptions None = new([], null, null, true, null);

    public static Outcome<CallOptions> Read(IHeaderDictionary headers)
    {
        var tags = headers["x-gateway-tags"];
        var user = headers["x-gateway-user"];
        var session = headers["x-gateway-session"];
        var fallbacks = headers["x-gateway-fallbacks"];
        var timeout = headers["x-gateway-timeout"];
        var cache = headers["x-gateway-cache"];
        var explain = headers["x-gateway-explain"];
        var prompt = headers[PromptStep.Header];
        if (tags.Count + user.Count + session.Count + fallbacks.Count + timeout.Count + cache.Count + explain.Count + prompt.Count == 0 && !ConstraintHeaders.Any(headers)) return None;
        var list = tags.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (list.Length > MaxTags || Array.Exists(list, static t => t.Length > MaxText))
            return Wrong("x-gateway-tags", $"has at most {MaxTags} tags of {MaxText} characters, separated by commas");
        if (user.ToString().Length > MaxUser) return Wrong("x-gateway-user", $"has at most {MaxUser} characters");
        if (session.ToString().Length > MaxUser) return Wrong("x-gateway-session", $"has at most {MaxUser} characters");
        if (fallbacks.ToString() is not ("" or "on" or "off")) return Wrong("x-gateway-fallbacks", "is 'on' or 'off'");
        if (!TryDuration(timeout.ToString(), out var limit)) return Wrong("x-gateway-timeout", "is a duration such as 500ms, 30s or 5m");
        if (!TryCache(cache.ToString(), out var control)) return Wrong("x-gateway-cache", "is 'no-cache' or 'no-store'");
        if (explain.ToString() is not ("" or "0" or "1")) return Wrong("x-gateway-explain", "is 1 or 0");
        if (prompt.Count > 0 && prompt.ToString().Length is 0 or > MaxUser) return Wrong(PromptStep.Header, "is NAME, NAME@LABEL or NAME@VERSION");
        var constraints = ConstraintHeaders.Read(headers);
        if (!constraints.IsOk) return constraints.Error;
        return new CallOptions(list, user.Count > 0 ? user.ToString() : null, session.Count > 0 ? session.ToString() : null, fallbacks.ToString() != "off", limit, control) { Constraints = constraints.Value, Explain = explain.ToString() == "1", Prompt = prompt.Count > 0 ? prompt.ToString() : null };
    }

    private static bool TryCache(string text, out CacheControl control)
    {
        control = text switch { "no-cache" => CacheControl.NoCache, "no-store" => CacheControl.NoStore, _ => CacheControl.Default };
        return control != CacheControl.Default || text.Length == 0;
    }

    /// <param name="timeout">Null where the text is empty.</param>
    public static bool TryDuration(string text, out TimeSpan? timeout)
    {
        timeout = null;
        if (text.Length == 0) return true;
        var digits = text.AsSpan().TrimEnd("ms");
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0) return false;
        timeout = text[digits.Length..] switch
        {
            "ms" => TimeSpan.FromMilliseconds(number),
            "s" => TimeSpan.FromSeconds(number),
            "m" => TimeSpan.FromMinutes(number),
            _ => null,
        };
        return timeout is not null;
    }

    public static GatewayError Wrong(string header, string rule) => new(ErrorKind.InvalidRequest, $"The header '{header}' {rule}.", header);
}
