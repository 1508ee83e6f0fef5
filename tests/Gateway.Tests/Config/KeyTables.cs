using System.Text;

using Gateway.Config.Binding;
using Gateway.Config.Shapes;

namespace Gateway.Tests.Config;

/// <summary>The tables of docs/configuration.md, from the keys themselves.</summary>
internal static class KeyTables
{
    public const string Begin = "<!-- keys: generated from the key tables in src/Gateway/Config/Shapes -->\n";
    public const string End = "<!-- end of keys -->\n";

    public static string Write()
    {
        var text = new StringBuilder();
        Write(text, GatewayShape.Kind, "", []);
        return text.ToString();
    }

    private static void Write(StringBuilder text, IRecordKind record, string path, HashSet<IRecordKind> seen)
    {
        if (!seen.Add(record))
            return;
        text.Append(path.Length == 0 ? "### The root\n\n" : $"### `{path}`\n\n").Append("| key | what | default |\n|---|---|---|\n");
        foreach (var key in record.Keys)
            text.Append($"| `{key.Name}` | {key.Description}{(key.AtNextStart ? " *Takes effect at the next start.*" : "")} | {Default(key)} |\n");
        text.Append('\n');
        foreach (var key in record.Keys.Where(k => k.Kind.Record is not null))
            Write(text, key.Kind.Record!, $"{path}{(path.Length == 0 ? "" : ".")}{key.Name}{(key.Kind is not IRecordKind ? "[]" : "")}", seen);
    }

    private static string Default(Key key) => key switch
    {
        { Required: true } => "required",
        { DefaultJson: { } json } => $"`{json.Trim('"')}`",
        _ => "",
    };
}
