using Gateway.Config.Binding;
using Gateway.Config.Values;

namespace Gateway.Config.Shapes;

/// <summary><c>capabilities: { vision: false, context: 8192 }</c> of a target.</summary>
internal static class CapabilitiesShape
{
    private static readonly Key<bool> Vision = new("vision", FlagKind.Instance, "It takes images; absent: as the catalogue says.");

    private static readonly Key<bool> Audio = new("audio", FlagKind.Instance, "It takes or gives sound; absent: as the catalogue says.");

    private static readonly Key<bool> Tools = new("tools", FlagKind.Instance, "It calls functions; absent: as the catalogue says.");

    private static readonly Key<bool> JsonSchema = new("json_schema", FlagKind.Instance, "It answers by a JSON schema; absent: as the catalogue says.");

    private static readonly Key<long> Context = new("context", Integers.Rate, "Tokens of prompt and answer together; absent: as the catalogue says.");

    public static readonly RecordKind<CapabilitiesConfig> Kind = new("capabilities", [Vision, Audio, Tools, JsonSchema, Context], static m => new()
    {
        Vision = m.GetOrNull(Vision),
        Audio = m.GetOrNull(Audio),
        Tools = m.GetOrNull(Tools),
        JsonSchema = m.GetOrNull(JsonSchema),
        Context = m.GetOrNull(Context),
    });
}
