using System.Text.Json;
using Gateway.Core.Wire;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Bedrock;

/// <summary>
/// Members of a chat request that OpenAI does not know. Those of Converse stand in its request as they are; all others are the model's own, and go to <c>additionalModelRequestFields</c>.
/// </summary>
internal sealed class BedrockOwn
{
    private const string ModelFields = "additionalModelRequestFields";

    private const string InferenceConfig = "inferenceConfig";

    public const string MaxTokens = "maxTokens";

    private static readonly HashSet<string> OfConverse =
        ["additionalModelResponseFieldPaths", "guardrailConfig", "outputConfig", "performanceConfig", "promptVariables", "requestMetadata", "serviceTier"];

    private readonly List<KeyValuePair<string, JsonElement>> _top = [];
    private readonly List<KeyValuePair<string, JsonElement>> _model = [];

    /// <summary>How models call the longest answer. Converse has one name for all of them.</summary>
    private readonly List<KeyValuePair<string, JsonElement>> _bounds = [];

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
            if (refuses?.Invoke(member.Key, member.Value, member.Key) != true) own.AddModelField(member);
        }

        return own;
    }

    /// <summary>The smallest bound of any name.</summary>
    public int? Least(int? said, RequestFit fit)
    {
        if (Inference.ValueKind == JsonValueKind.Object && Inference.TryGetProperty(MaxTokens, out var own)) said = OwnBound.Least(said, own, $"{InferenceConfig}.{MaxTokens}", fit);
        foreach (var (name, value) in _bounds) said = OwnBound.Least(said, value, name, fit);
        return said;
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
            if (refuses?.Invoke(member.Name, member.Value, $"{ModelFields}.{member.Name}") != true) AddModelField(new(member.Name, member.Value));
        }
    }

    private void AddModelField(KeyValuePair<string, JsonElement> field) => (OutputFields.Of(field.Key) == OutputField.Bound ? _bounds : _model).Add(field);

    private static void Write(Utf8JsonWriter json, List<KeyValuePair<string, JsonElement>> members)
    {
        foreach (var (name, value) in members)
        {
            json.WritePropertyName(name);
            value.WriteTo(json);
        }
    }
}
