using System.Text;
using System.Text.Json;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Gemini;

/// <summary>
/// Members of a chat request that are Gemini's own. They go where Gemini has them: <c>top_k</c> and its like into <c>generationConfig</c>, <c>safetySettings</c> and what is not known here to the
/// top. Google takes camelCase and snake_case. What stands in <c>extra_body.google</c>, as Google's OpenAI endpoint wants it, is taken from there.
/// </summary>
internal sealed class GeminiOwn
{
    private static readonly HashSet<string> Generation =
    [
        "topK", "candidateCount", "maxOutputTokens", "stopSequences", "responseMimeType", "responseSchema", "responseJsonSchema", "responseLogprobs", "responseModalities", "presencePenalty",
        "frequencyPenalty", "mediaResolution", "speechConfig", "imageConfig", "thinkingConfig", "audioTimestamp", "routingConfig", "enableEnhancedCivicAnswers",
    ];

    /// <summary>What the messages say already.</summary>
    private static readonly HashSet<string> OfMessages = ["contents", "systemInstruction"];

    private readonly List<KeyValuePair<string, JsonElement>> _topLevel = [];

    private readonly Dictionary<string, JsonElement> _generation = new(StringComparer.Ordinal);

    public IReadOnlyList<KeyValuePair<string, JsonElement>> TopLevel => _topLevel;

    /// <summary>By their names in camelCase. They win over what OpenAI's members say of the same; how long and how many answers are is not among them (<see cref="Bind"/>).</summary>
    public IReadOnlyDictionary<string, JsonElement> GenerationConfig => _generation;

    /// <summary>Whether the client says itself how tools are to be called.</summary>
    public bool HasToolConfig => _topLevel.Exists(static m => Camel(m.Key) == "toolConfig");

    public static GeminiOwn Of(IReadOnlyList<KeyValuePair<string, JsonElement>> members, RequestFit fit)
    {
        var own = new GeminiOwn();
        foreach (var (name, value) in members) own.Add(name, value, fit);
        return own;
    }

    /// <summary>The request with the bounds that stand in Gemini's own members.</summary>
    public ChatRequest Bind(ChatRequest request, RequestFit fit)
    {
        _generation.Remove("maxOutputTokens", out var tokens);
        _generation.Remove("candidateCount", out var count);
        return request with
        {
            MaxCompletionTokens = OwnBound.Least(request.OutputLimit, tokens, "generationConfig.maxOutputTokens", fit),
            N = OwnBound.Least(request.N, count, "generationConfig.candidateCount", fit),
        };
    }

    private void Add(string name, JsonElement value, RequestFit fit)
    {
        var camel = Camel(name);
        if (OfMessages.Contains(camel)) fit.Fail($"'{name}' is written from 'messages'; say it there.", name);
        else if (camel == "generationConfig" && value.ValueKind == JsonValueKind.Object) AddGeneration(value);
        else if (Generation.Contains(camel)) _generation[camel] = value;
        else if (name == "extra_body" && Google(value) is { } google) foreach (var member in google.EnumerateObject()) Add(member.Name, member.Value, fit);
        else if (!_topLevel.Exists(m => Camel(m.Key) == camel)) _topLevel.Add(new(name, value));
    }

    private void AddGeneration(JsonElement config)
    {
        foreach (var member in config.EnumerateObject()) _generation[Camel(member.Name)] = member.Value;
    }

    private static JsonElement? Google(JsonElement extra) =>
        extra.ValueKind == JsonValueKind.Object && extra.GetPropertyCount() == 1 && extra.TryGetProperty("google", out var google) && google.ValueKind == JsonValueKind.Object ? google : null;

    private static string Camel(string name)
    {
        if (!name.Contains('_', StringComparison.Ordinal)) return name;
        var camel = new StringBuilder(name.Length);
        foreach (var (i, word) in name.Split('_').Index())
        {
            if (i == 0 || word.Length == 0) camel.Append(word);
            else camel.Append(char.ToUpperInvariant(word[0])).Append(word.AsSpan(1));
        }

        return camel.ToString();
    }
}
