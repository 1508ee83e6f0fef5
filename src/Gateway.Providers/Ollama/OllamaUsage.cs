using System.Globalization;
using System.Text;
using System.Text.Json;
using Gateway.Core.Usage;

namespace Gateway.Providers.Ollama;

/// <summary>
/// Ollama's usage: two counts beside the answer's other members. Versions that found all of the prompt in their cache leave its count out: they have read none of it. What was thought is
/// in the answer's count, uncounted by itself.
/// </summary>
internal struct OllamaUsage
{
    private long? _prompt, _answer;
    private bool _isImpossible;

    public readonly bool IsKnown => _answer is not null && !_isImpossible;

    public readonly TokenUsage Tokens => new() { Input = _prompt ?? 0, Output = _answer ?? 0 };

    /// <summary>The counts as they came; null where there are none.</summary>
    public readonly string? Raw
    {
        get
        {
            if (!IsKnown) return null;
            var answer = string.Create(CultureInfo.InvariantCulture, $"\"eval_count\":{_answer}");
            return _prompt is { } prompt ? string.Create(CultureInfo.InvariantCulture, $"{{\"prompt_eval_count\":{prompt},{answer}}}") : $"{{{answer}}}";
        }
    }

    public void Prompt(ref Utf8JsonReader reader) => _prompt = Count(ref reader);

    public void Answer(ref Utf8JsonReader reader) => _answer = Count(ref reader);

    public void Read(JsonElement? prompt, JsonElement? answer)
    {
        _prompt = Count(prompt);
        _answer = Count(answer);
    }

    private long? Count(JsonElement? value)
    {
        if (value is not { } given) return null;
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(given.GetRawText()));
        reader.Read();
        return CountHere(ref reader);
    }

    private long? Count(ref Utf8JsonReader reader)
    {
        reader.Read();
        return CountHere(ref reader);
    }

    private long? CountHere(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null) return null;
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var count) && count >= 0) return count;
        reader.Skip();
        _isImpossible = true;
        return null;
    }
}
