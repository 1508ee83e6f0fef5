using Gateway.Config.Binding;
using Gateway.Config.Values;

namespace Gateway.Config.Shapes;

/// <summary><c>when: { headers: { x-tier: gold }, prompt_tokens: { max: 8000 } }</c> of a target.</summary>
internal static class ConditionShape
{
    /// <summary>Each is compared with each of a request's: more would be a way to write a slow gateway.</summary>
    private const int MostValues = 64;

    /// <summary>Headers that carry credentials: a configuration is no place to compare them, and whose key it is can be asked with <c>keys</c>.</summary>
    private static readonly HashSet<string> Secret = new(StringComparer.OrdinalIgnoreCase) { "authorization", "proxy-authorization", "cookie", "x-api-key", "api-key", "x-goog-api-key" };

    private static readonly ConditionConfig Defaults = new();

    private static readonly MapKind<IReadOnlyList<string>> HeaderMap = new("a mapping of header names to values", HeaderProblem, new OneOrMoreKind<string>("a value or a list of values", Texts.HeaderMatch, MostValues))
    {
        Comparer = StringComparer.OrdinalIgnoreCase,
    };

    private static readonly OneOrMoreKind<string> Names = new("a name or a list of names", Texts.Name, MostValues);

    private static readonly Key<IReadOnlyDictionary<string, IReadOnlyList<string>>> Headers = new("headers", HeaderMap, "Headers of the request, each with a value or a list of values of which it must have one; one that ends in '*' stands for all that begin so.") { Default = Defaults.Headers };

    private static readonly Key<IReadOnlyList<string>> Tags = new("tags", Names, "Tags of which the request must carry one (x-gateway-tags).") { Default = Defaults.Tags };

    private static readonly Key<IReadOnlyList<string>> Keys = new("keys", Names, "Names of virtual keys, of which one must have sent it.") { Default = Defaults.Keys };

    private static readonly Key<IReadOnlyList<string>> Teams = new("teams", Names, "Names of teams, to one of which its key must belong.") { Default = Defaults.Teams };

    private static readonly Key<TokenRange> PromptTokens = new("prompt_tokens", TokenRangeShape.Kind, "About how long its prompt must be: a token for every four bytes of the body, images and sound left out.");

    public static readonly RecordKind<ConditionConfig> Kind = new("condition", [Headers, Tags, Keys, Teams, PromptTokens], static m => new()
    {
        Headers = m.Get(Headers),
        Tags = m.Get(Tags),
        Keys = m.Get(Keys),
        Teams = m.Get(Teams),
        PromptTokens = m.Get(PromptTokens),
    });

    private static string? HeaderProblem(string name) => HeadersKind.NotAName(name) ?? (Secret.Contains(name) ? "carries credentials, which no condition looks at: name the key under keys" : null);
}
