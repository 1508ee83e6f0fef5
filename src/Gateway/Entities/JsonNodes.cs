using System.Text.Json;
using Gateway.Config.Yaml;

namespace Gateway.Entities;

/// <summary>A JSON document as the nodes that the configuration's binder reads. Numbers keep the digits they were written with.</summary>
internal static class JsonNodes
{
    public static YamlNode Of(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => new YamlMapping([.. json.EnumerateObject().Select(static p => new YamlEntry(Text(p.Name), Of(p.Value)))], default),
        JsonValueKind.Array => new YamlSequence([.. json.EnumerateArray().Select(Of)], default),
        JsonValueKind.String => Text(json.GetString()!),
        _ => new YamlScalar(json.GetRawText(), IsPlain: true, default),
    };

    public static YamlScalar Text(string text) => new(text, IsPlain: false, default);
}
