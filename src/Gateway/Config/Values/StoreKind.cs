using System.Diagnostics.CodeAnalysis;

using Gateway.Config.Binding;
using Gateway.Config.Schema;
using Gateway.Storage;
using Gateway.Storage.Sqlite;

namespace Gateway.Config.Values;

/// <summary>Where the ledger is kept: <c>sqlite:PATH</c> or <c>postgres://…</c>. Never shown as it was written: a password can stand in it.</summary>
internal sealed class StoreKind : ScalarKind<StoreAddress>
{
    public static readonly StoreKind Instance = new();

    private const string Sqlite = "sqlite:";

    public override string Noun => "a store";

    protected override bool MayBeShown => false;

    public override string Json(StoreAddress value) => JsonLiteral.Text(value.ToString());

    public override void WriteSchema(SchemaWriter schema) => schema.TextMatching(@"^(sqlite:[^:].*|postgres(ql)?://[^/?#\s]+/[^/?#\s]+(\?[^#\s]*)?)$");

    protected override string? Parse(string text, [MaybeNull] out StoreAddress value)
    {
        value = null;
        if (Printable.ControlCharacterIn(text) is { } control)
            return $"holds {control}";
        if (PostgresUri.IsMeant(text))
        {
            var problem = PostgresUri.Parse(text, out var address);
            value = address;
            return problem;
        }
        if (!text.StartsWith(Sqlite, StringComparison.Ordinal) || text.Length == Sqlite.Length)
            return $"is no store: write sqlite:PATH, as in sqlite:data/gateway.db, or {PostgresUri.Example}";
        if (text[Sqlite.Length] == ':')
            return "is a database in memory, which would lose the ledger: write sqlite:PATH with the path of a file";
        value = new SqliteAddress(text[Sqlite.Length..]);
        return null;
    }
}
