using System.Text.Json;
using Gateway.Core.Providers;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Anthropic;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Bedrock;

/// <summary>From <c>reasoning_effort</c> to what a family of models has in its place. A client that knows the model's own field sends that, and it passes through.</summary>
internal static class BedrockReasoningEffort
{
    private static readonly string[] OfNova = ["none", "low", "medium", "high"];

    /// <returns>The efforts that a model knows; null: all, or none at all.</returns>
    public static IReadOnlyList<string>? Known(string model) => !BedrockFamily.IsClaude(model) && IsNova(model) ? OfNova : null;

    public static BedrockEffort Read(ChatRequest request, in TranslationContext context, RequestFit fit)
    {
        if (ChatFields.Text(request, "reasoning_effort") is not { } effort) return default;
        var model = context.TargetModel;
        if (BedrockFamily.IsClaude(model))
        {
            if (ChatFields.Find(request, "reasoning_config") is not null) return default;
            var maxTokens = AnthropicRequest.MaxTokens(request, context);
            return AnthropicThinking.Read(request, maxTokens, fit) is { } budget ? new(Thinking: budget, MaxTokens: budget > 0 ? maxTokens : null) : default;
        }

        if (Is(model, "openai.", "gpt-oss")) return new(Word: effort, WordIsForNova: false);
        if (!IsNova(model))
        {
            fit.Unserved("reasoning_effort");
            return default;
        }

        if (ChatFields.Find(request, "reasoningConfig") is not null) return default;
        if (OfNova.Contains(effort)) return new(Word: effort, WordIsForNova: true);
        fit.Unserved("reasoning_effort", "Nova has none, low, medium and high.");
        return default;
    }

    private static bool IsNova(string model) => Is(model, "amazon.nova", "nova-2");

    private static bool Is(string model, string maker, string family) =>
        model.Contains(maker, StringComparison.OrdinalIgnoreCase) || model.Contains(family, StringComparison.OrdinalIgnoreCase);
}

/// <param name="Thinking">Claude: tokens; 0: switched off.</param>
/// <param name="MaxTokens">What the answer may have then: a budget must be less.</param>
/// <param name="Word">Others: the effort by its name.</param>
internal readonly record struct BedrockEffort(long? Thinking = null, long? MaxTokens = null, string? Word = null, bool WordIsForNova = false)
{
    public bool IsAsked => Thinking is not null || Word is not null;

    public void Write(Utf8JsonWriter json)
    {
        if (Thinking is { } budget)
        {
            AnthropicThinking.Write(json, budget);
        }
        else if (Word is not null && WordIsForNova)
        {
            json.WriteStartObject("reasoningConfig"u8);
            json.WriteString("type"u8, Word == "none" ? "disabled"u8 : "enabled"u8);
            if (Word != "none") json.WriteString("maxReasoningEffort"u8, Word);
            json.WriteEndObject();
        }
        else if (Word is not null)
        {
            json.WriteString("reasoning_effort"u8, Word);
        }
    }
}
