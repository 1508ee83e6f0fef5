using Gateway.Config.Binding;
using Gateway.Config.Values;

namespace Gateway.Config.Shapes;

/// <summary>An entry of <c>keys</c>: a virtual key.</summary>
internal static class KeyShape
{
    private static readonly KeyConfig Defaults = new() { Name = "", Hash = default };

    private static readonly ListKind<string> ModelList = new("a list of models", AllowedModelKind.Instance);

    private static readonly MapKind<string> MetadataMap = new("a mapping of names to text", Texts.EntryName, Texts.MetadataValue);

    private static readonly Key<string> Name = new("name", Texts.Name, "How metrics, the ledger and messages call it.") { Required = true };

    private static readonly Key<Secret> Value = new("key", SecretKind.VirtualKey, "The key that clients send, at least 6 characters; a good one has 32 random ones. Or key_hash.");

    private static readonly Key<KeyHash> Hash = new("key_hash", DigestKind.Instance, "SHA-256 of the key, 64 hexadecimal digits, so that the file need not hold the key itself.");

    private static readonly Key<string> Team = new("team", Texts.Name, "The name of an entry of teams, whose budgets and limits hold too.");

    private static readonly Key<IReadOnlyList<string>> Models = new("models", ModelList, "What the key may use: models, aliases, PROVIDER/MODEL, fn/NAME, patterns with '*'; empty: every model. /pass/PROVIDER needs PROVIDER/*.") { Default = Defaults.Models };

    private static readonly Key<IReadOnlyList<BudgetConfig>> Budgets = new("budgets", BudgetShape.List, "What it may spend; several hold together.") { Default = Defaults.Budgets };

    private static readonly Key<LimitsConfig> Limits = new("limits", LimitsShape.Kind, "How fast it may be used.") { Default = Defaults.Limits };

    private static readonly Key<DateTimeOffset> Expires = new("expires", ExpiryKind.Instance, "The last day (UTC) or instant it is valid, as 2027-01-31 or 2027-01-31T18:00:00Z; absent: for ever.");

    private static readonly Key<IReadOnlyDictionary<string, string>> Metadata = new("metadata", MetadataMap, "Notes of your own.") { Default = Defaults.Metadata };

    public static readonly RecordKind<KeyConfig> Kind = new("key", [Name, Value, Hash, Team, Models, Budgets, Limits, Expires, Metadata], Build);

    public static readonly ListKind<KeyConfig> List = new("a list of keys", Kind);

    private static KeyConfig Build(MappingReader m)
    {
        KeyHash? hash = m.Get(Value) is { } secret ? KeyHash.Of(secret) : m.GetOrNull(Hash);
        var key = new KeyConfig
        {
            Name = m.GetName(Name, m.Context.Keys),
            Hash = hash ?? default,
            Team = m.Get(Team) is { } team ? m.Context.Pool.Share(team) : null,
            Models = m.Context.Pool.Share(m.Get(Models)),
            Budgets = m.Get(Budgets),
            Limits = m.Get(Limits),
            Expires = m.GetOrNull(Expires),
            Metadata = m.Get(Metadata),
        };
        if (m.Has(Value) == m.Has(Hash))
            m.Fail(m.Has(Value) ? "both key and key_hash are given; keep one of them" : "either key or key_hash is missing: a key nobody can send is of no use");
        if (hash is { } own)
            RequireOwnSecret(m, m.Has(Value) ? Value : Hash, own);
        if (key.Team is not null)
            m.RequireKnown(Team, key.Team, m.Context.Teams);
        BudgetShape.RequireDifferentPeriods(m, Budgets, key.Budgets);
        return key;
    }

    /// <summary>Blames a credential that stands elsewhere too: one of the two owners would never be recognised.</summary>
    public static void RequireOwnSecret(MappingReader m, Key at, KeyHash hash)
    {
        if (!m.Context.Credentials.TryAdd(hash, m.Values[at.Index]!.Mark))
            m.Fail(at, $"line {m.Context.Credentials[hash].Line} has the same secret; every key needs its own");
    }
}
