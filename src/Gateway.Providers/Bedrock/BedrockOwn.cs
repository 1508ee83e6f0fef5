using System.Text.Json;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Bedrock;

/// <summary>
/// Members of a chat request that OpenAI does not know. Those of Converse stand in its request as they are; all others are the model's own, and go to <c>additionalModelRequestFields</c>.
/// </summary>
internal sealed class BedrockOwn
{
    private const string ModelFields = "additionalModelRequestFields";

    private const string InferenceConfig = "inferenceConfig";

    private static readonly HashSet<string> OfConverse =
        ["additionalModelResponseFieldPaths", "guardrailConfig", "outputConfig", "performanceConfig", "promptVariables", "requestMetadata", "serviceTier"];

    private readonly List<KeyValuePair<string, JsonElement>> _top = [];
    private readonly List<KeyValuePair<string, JsonElement>> _model = [];

    private BedrockOwn()
    {
    }

    /// <summary>The client's own <c>inferenceConfig</c>, or nothing.</summary>
    public JsonElement Inference { get; private set; }

    /// <param name="refuses">Of a member of the model's own (name, value, place): it cannot be sent, and that was said.</param>
    public static BedrockOwn Sort(IReadOnlyList<KeyValuePair<string, JsonElement>> members, RequestFit fit, Func<string, JsonElement, string, bool>? refuses)
    {
        var own = new BedrockOwn();
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, value) in members)
        {
            if (name is ModelFields or InferenceConfig && value.ValueKind != JsonValueKind.Object) fit.Fail($"'{name}' must be an object.", name);
            else if (name == InferenceConfig) own.Inference = value;
            else if (name == ModelFields) own.AddModelFields(value, named, refuses);
            else if (OfConverse.Contains(name)) own._top.Add(new(name, value));
        }

        foreach (var member in members)
        {
            if (member.Key is ModelFields or InferenceConfig || OfConverse.Contains(member.Key) || named.Contains(member.Key)) continue;
            if (refuses?.Invoke(member.Key, member.Value, member.Key) != true) own._model.Add(member);
        }

        return own;
    }

    public bool Has(string name) => _top.Exists(m => m.Key == name);

    public void WriteModelFields(Utf8JsonWriter json, in BedrockEffort effort)
    {
        if (_model.Count == 0 && !effort.IsAsked) return;
        json.WriteStartObject(ModelFields);
        effort.Write(json);
        Write(json, _model);
        json.WriteEndObject();
    }

    public void WriteTop(Utf8JsonWriter json) => Write(json, _top);

    private void AddModelFields(JsonElement fields, HashSet<string> named, Func<string, JsonElement, string, bool>? refuses)
    {
        foreach (var member in fields.EnumerateObject())
        {
            named.Add(member.Name);
            if (refuses?.Invoke(member.Name, member.Value, $"{ModelFields}.{member.Name}") != true) _model.Add(new(member.Name, member.Value));
        }
    }

    private static void Write(Utf8JsonWriter json, List<KeyValuePair<string, JsonElement>> members)
    {
        foreach (var (name, value) in members)
        {
            json.WritePropertyName(name);
            value.WriteTo(json);
        }
    }
}
