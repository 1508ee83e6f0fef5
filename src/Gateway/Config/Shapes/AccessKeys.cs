using Gateway.Config.Binding;
using Gateway.Config.Values;

namespace Gateway.Config.Shapes;

/// <summary>The two keys that say who may use an entry. Names need not be known: the store has keys and teams too.</summary>
internal sealed class AccessKeys(string keys, string teams)
{
    /// <summary>Many are looked up as fast as few; the bound keeps a document of the store small.</summary>
    private const int MostNames = 10_000;

    private static readonly OneOrMoreKind<string> Names = new("a name or a list of names", Texts.Name, MostNames);

    public Key<IReadOnlyList<string>> Keys { get; } = new("keys", Names, keys) { Default = AccessConfig.Unsaid.Keys };

    public Key<IReadOnlyList<string>> Teams { get; } = new("teams", Names, teams) { Default = AccessConfig.Unsaid.Teams };

    public AccessConfig Read(MappingReader m) => m.Has(Keys) || m.Has(Teams) ? new(m.Get(Keys), m.Get(Teams)) : AccessConfig.Unsaid;
}
