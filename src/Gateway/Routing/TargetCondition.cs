using Gateway.Config;
using Gateway.Pipeline;

namespace Gateway.Routing;

/// <summary>Which requests a target is for. Made once for a configuration; asking it allocates nothing.</summary>
internal sealed class TargetCondition
{
    private readonly HeaderMatch[] _headers;
    private readonly string[] _tags;
    private readonly HashSet<string>? _keys;
    private readonly HashSet<string>? _teams;
    private readonly TokenRange? _promptTokens;

    private TargetCondition(ConditionConfig config)
    {
        _headers = [.. config.Headers.Select(static h => new HeaderMatch(h.Key, [.. h.Value]))];
        _tags = [.. config.Tags];
        _keys = SetOf(config.Keys);
        _teams = SetOf(config.Teams);
        _promptTokens = config.PromptTokens;
    }

    /// <returns>Null where every request is meant.</returns>
    public static TargetCondition? Of(ConditionConfig? config) => config is null ? null : new(config);

    /// <returns>The first part that does not hold, by its path in the configuration; null: all of it holds.</returns>
    public string? Unmet(Call call)
    {
        if (_keys is not null && !_keys.Contains(call.Key!.Name)) return "when.keys";
        if (_teams is not null && !(call.Key!.Team is { } team && _teams.Contains(team))) return "when.teams";
        if (_tags.Length > 0 && !HasTag(call.Options.Tags)) return "when.tags";
        var headers = call.Http.Request.Headers;
        foreach (var header in _headers)
            if (!header.Holds(headers)) return header.Path;
        return _promptTokens is { } range && (call.Needs.PromptTokens < range.Min || call.Needs.PromptTokens > range.Max) ? "when.prompt_tokens" : null;
    }

    private bool HasTag(IReadOnlyList<string> tags)
    {
        // By index: whether the enumerator of an interface is allocated is up to the compiler.
        for (var i = 0; i < tags.Count; i++)
            if (_tags.AsSpan().Contains(tags[i])) return true;
        return false;
    }

    private static HashSet<string>? SetOf(IReadOnlyList<string> names) => names.Count == 0 ? null : names.ToHashSet(StringComparer.Ordinal);

    private sealed class HeaderMatch(string name, string[] values)
    {
        public string Path { get; } = $"when.headers.{name.ToLowerInvariant()}";

        public bool Holds(IHeaderDictionary headers)
        {
            foreach (var sent in headers[name])
                if (sent is not null && Matches(sent)) return true;
            return false;
        }

        private bool Matches(string sent)
        {
            foreach (var value in values)
                if (value[^1] == '*' ? sent.AsSpan().StartsWith(value.AsSpan(0, value.Length - 1)) : sent == value) return true;
            return false;
        }
    }
}
