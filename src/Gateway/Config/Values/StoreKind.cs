using System.Diagnostics.CodeAnalysis;

using Gateway.Config.Binding;
using Gateway.Config.Schema;

namespace Gateway.Config.Values;

/// <summary>Where keys, budgets and the ledger are kept: <c>sqlite:PATH</c>. Never shown: other stores have their password in it.</summary>
internal sealed class StoreKind : ScalarKind<string>
{
    public static readonly StoreKind Instance = new();

    private const string Sqlite = "sqlite:";

    public override string Noun => "a store";

    protected override bool MayBeShown => false;

    public override string Json(string value) => JsonLiteral.Text(value);

    public override void WriteSchema(SchemaWriter schema) => schema.TextMatching("^sqlite:[^:].*$");

    protected override string? Parse(string text, [MaybeNull] out string value)
    {
        value = text;
        if (text.StartsWith("postgres:", StringComparison.OrdinalIgnoreCase) || text.StartsWith("postgresql:", StringComparison.OrdinalIgnoreCase))
            return "names PostgreSQL, which is not in this version yet (it is next): this one runs on sqlite:PATH, as in sqlite:data/gateway.db";
        if (!text.StartsWith(Sqlite, StringComparison.Ordinal) || text.Length == Sqlite.Length)
            return "is no store: write sqlite:PATH, as in sqlite:data/gateway.db";
        if (text[Sqlite.Length] == ':')
            return "is a database in memory, which would lose the ledger: write sqlite:PATH with the path of a file";
        return Printable.ControlCharacterIn(text) is { } control ? $"holds {control}" : null;
    }
}
