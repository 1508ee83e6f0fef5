using System.Diagnostics.CodeAnalysis;

using Gateway.Config.Binding;
using Gateway.Config.Schema;
using Gateway.Config.Yaml;

namespace Gateway.Config.Values;

/// <summary>An interval, or <c>always</c>.</summary>
internal sealed class LedgerSyncKind : ValueKind<LedgerConfig>
{
    public static readonly LedgerSyncKind Instance = new();

    private const string Always = "always";

    private static readonly DurationKind Interval = new(TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1));

    public override string Noun => "a duration or 'always'";

    public override string Json(LedgerConfig value) => value.Sync == LedgerSync.Always ? JsonLiteral.Text(Always) : Interval.Json(value.Interval);

    public override void WriteSchema(SchemaWriter schema) => schema.TextMatching(@"^(always|[0-9]+(\.[0-9]+)?(ms|s|m))$");

    public override bool TryBind(YamlNode node, BindContext context, [MaybeNullWhen(false)] out LedgerConfig value)
    {
        value = null;
        if (!context.TryText(node, Noun, out var text))
            return false;
        if (text.Value == Always)
            value = new LedgerConfig { Sync = LedgerSync.Always };
        else if (Interval.TryBind(node, context, out var interval))
            value = new LedgerConfig(LedgerSync.Interval, interval);
        return value is not null;
    }
}
