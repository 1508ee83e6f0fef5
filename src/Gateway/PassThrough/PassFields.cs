using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Pipeline;

namespace Gateway.PassThrough;

/// <summary>What of a request in a provider's own format bounds its cost. The body has passed <see cref="BodyScan"/>, and is sent as it came.</summary>
internal static class PassFields
{
    private const int MaxName = 256;

    private static readonly string[] GeminiOutput = ["maxOutputTokens", "max_output_tokens"];
    private static readonly string[] GeminiChoices = ["candidateCount", "candidate_count"];
    private static readonly string[] ConverseOutput = ["maxTokens", "max_tokens", "max_new_tokens"];
    private static readonly string[] InvokeOutput = ["max_tokens", "maxTokens", "max_gen_len", "max_tokens_to_sample", "maxTokenCount", "max_new_tokens", "max_completion_tokens"];
    private static readonly string[] CohereOutput = ["max_tokens"];
    private static readonly string[] OllamaOutput = ["num_predict"];

    public static GatewayError? Read(ReadOnlySpan<byte> body, in JsonMembers members, in PassOperation operation, out RequestFields fields)
    {
        fields = new() { Model = "", Choices = 1 };
        if (PolicyFields.Locate(body, members, out fields.Positions) is { } variant) return variant;
        var read = new FieldReader(body, in members, in fields.Positions);
        fields.Model = operation.Model ?? read.Name(PolicyField.Model) ?? "";
        fields.Stream = operation.Streams || StreamsByBody(ref read, operation.Shape);
        fields.User = operation.Shape switch
        {
            PassShape.Chat or PassShape.Completions or PassShape.Embeddings or PassShape.Responses => read.Text(PolicyField.User),
            PassShape.Messages => read.NestedText(PolicyField.Metadata, "user_id"u8),
            _ => null,
        };
        return ReadBound(body, ref read, operation.Shape, ref fields) ?? read.Error;
    }

    /// <summary>A name out of a path or a query stands in headers and in the ledger, as one out of a body does, which was looked at there.</summary>
    public static GatewayError? ProblemOf(string model) => model.Length > MaxName || model.Any(char.IsControl)
        ? new(ErrorKind.InvalidRequest, $"The model's name has a control character, or more than {MaxName} characters.", "model")
        : null;

    private static bool StreamsByBody(ref FieldReader read, PassShape shape) => shape switch
    {
        PassShape.Chat or PassShape.Completions or PassShape.Responses or PassShape.Messages or PassShape.CohereChat => read.Flag(PolicyField.Stream),
        PassShape.Ollama => !read.Has(PolicyField.Stream) || read.Flag(PolicyField.Stream),   // unless told otherwise
        _ => false,
    };

    private static GatewayError? ReadBound(ReadOnlySpan<byte> body, ref FieldReader read, PassShape shape, ref RequestFields fields)
    {
        switch (shape)
        {
            case PassShape.Chat or PassShape.Completions:
                fields.Choices = Math.Max(read.Count(PolicyField.N) ?? 1, read.Count(PolicyField.BestOf) ?? 1);
                if (shape == PassShape.Completions) fields.Choices = Math.Min(fields.Choices * read.Prompts(), int.MaxValue);
                var old = read.Count(PolicyField.MaxTokens);
                fields.OutputBound = (read.Count(PolicyField.MaxCompletionTokens) is { } named ? Math.Max(named, old ?? 0) : old) * fields.Choices;
                return null;
            case PassShape.Messages:
                fields.OutputBound = read.Count(PolicyField.MaxTokens);
                return null;
            case PassShape.Responses:
                fields.OutputBound = read.Count(PolicyField.MaxOutputTokens);
                if (read.Flag(PolicyField.Background)) read.Refuse(PolicyField.Background, "cannot be true: an answer that nobody waits for could not be settled");
                fields.RefersToStored = read.Has(PolicyField.PreviousResponseId) || read.Has(PolicyField.Conversation) || read.Has(PolicyField.Prompt) || body.IndexOf("\"item_reference\""u8) >= 0;
                return null;
            case PassShape.Gemini:
                fields.RefersToStored = body.IndexOf("\"cachedContent\""u8) >= 0 || body.IndexOf("\"cached_content\""u8) >= 0;
                if (Largest(body, GeminiChoices, out var candidates) is { } wrong) return wrong;
                fields.Choices = candidates ?? 1;
                return Bound(body, GeminiOutput, ref fields);
            case PassShape.BedrockConverse: return Bound(body, ConverseOutput, ref fields);
            case PassShape.BedrockInvoke: return Bound(body, InvokeOutput, ref fields);
            case PassShape.CohereChat: return Bound(body, CohereOutput, ref fields);
            case PassShape.Ollama: return Bound(body, OllamaOutput, ref fields);
            case PassShape.Unknown: return null;
            default:   // nothing is written
                fields.OutputBound = 0;
                return null;
        }
    }

    private static GatewayError? Bound(ReadOnlySpan<byte> body, string[] names, ref RequestFields fields)
    {
        var wrong = Largest(body, names, out var largest);
        fields.OutputBound = largest * fields.Choices;
        return wrong;
    }

    /// <summary>
    /// The largest number that stands under one of the names, at the top or in an object there: which of them the provider takes is its affair, and a bound that is too high is safe.
    /// </summary>
    private static GatewayError? Largest(ReadOnlySpan<byte> body, string[] names, out long? largest)
    {
        largest = null;
        var isBounded = true;
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = BodyScan.MaxDepth });
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth > 2) continue;
            var name = NameOf(ref reader, names);
            reader.Read();
            if (name is null || reader.TokenType is JsonTokenType.Null or JsonTokenType.StartObject or JsonTokenType.StartArray) continue;
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out var number)) return Wrong(name);
            if (number < 0 && names == OllamaOutput) isBounded = false;
            else if (number < 1) return Wrong(name);
            else largest = Math.Max(largest ?? 0, number);
        }

        if (!isBounded) largest = null;
        return null;
    }

    private static string? NameOf(ref Utf8JsonReader reader, string[] names)
    {
        foreach (var name in names)
            if (reader.ValueTextEquals(name)) return name;
        return null;
    }

    private static GatewayError Wrong(string name) =>
        new(ErrorKind.InvalidRequest, $"'{name}' must be a whole number from 1 to {int.MaxValue}, written without a fraction or an exponent.", name);
}
