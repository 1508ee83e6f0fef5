using Gateway.Config.Binding;
using Gateway.Config.Schema;

namespace Gateway.Config.Values;

/// <summary><c>true</c> or <c>false</c>.</summary>
internal sealed class FlagKind : ScalarKind<bool>
{
    public static readonly FlagKind Instance = new();

    public override string Noun => "true or false";

    public override string Json(bool value) => value ? "true" : "false";

    public override void WriteSchema(SchemaWriter schema) => schema.OrVariable(() => schema.Json.WriteString("type", "boolean"));

    protected override string? Parse(string text, out bool value)
    {
        value = text == "true";
        return text is "true" or "false" ? null : "is neither true nor false";
    }
}
