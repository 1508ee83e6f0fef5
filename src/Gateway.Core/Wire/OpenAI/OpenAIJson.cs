using System.Text.Json.Serialization;

namespace Gateway.Core.Wire.OpenAI;

/// <summary>OpenAI's wire format: names in snake_case, compared by case, none twice. What no record names is kept in its <c>Rest</c> and written back untouched.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowDuplicateProperties = false,
    MaxDepth = 64,
    Converters = [typeof(FiniteNumberConverter)])]
[JsonSerializable(typeof(ChatRequest))]
[JsonSerializable(typeof(ChatReply))]
[JsonSerializable(typeof(CompletionRequest))]
[JsonSerializable(typeof(CompletionReply))]
[JsonSerializable(typeof(EmbeddingRequest))]
[JsonSerializable(typeof(IReadOnlyList<ChatContentPart?>))]
[JsonSerializable(typeof(IReadOnlyList<int>))]
[JsonSerializable(typeof(ChatToolChoiceObject))]
public sealed partial class OpenAIJson : JsonSerializerContext;
