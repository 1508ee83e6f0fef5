using Gateway.Core.Usage;

namespace Gateway.Core.Wire.OpenAI;

/// <summary>Usage as OpenAI reports it: cached tokens are part of <see cref="PromptTokens"/>, reasoning is part of <see cref="CompletionTokens"/>.</summary>
public sealed record ChatUsage
{
    public required long PromptTokens { get; init; }

    public required long CompletionTokens { get; init; }

    public required long TotalTokens { get; init; }

    public ChatPromptDetails? PromptTokensDetails { get; init; }

    public ChatCompletionDetails? CompletionTokensDetails { get; init; }

    public static ChatUsage From(in TokenUsage usage)
    {
        var written = usage.CacheWrite + usage.CacheWriteHour;
        return new ChatUsage
        {
            PromptTokens = usage.PromptTotal,
            CompletionTokens = usage.Output,
            TotalTokens = usage.Total,
            PromptTokensDetails = new ChatPromptDetails
            {
                CachedTokens = usage.CacheRead,
                AudioTokens = usage.InputAudio,
                CacheWriteTokens = written == 0 ? null : written,
            },
            CompletionTokensDetails = new ChatCompletionDetails { ReasoningTokens = usage.Reasoning, AudioTokens = usage.OutputAudio },
        };
    }
}

public sealed record ChatPromptDetails
{
    public required long CachedTokens { get; init; }

    public required long AudioTokens { get; init; }

    /// <summary>Only where the provider bills writes to its cache.</summary>
    public long? CacheWriteTokens { get; init; }
}

public sealed record ChatCompletionDetails
{
    public required long ReasoningTokens { get; init; }

    public required long AudioTokens { get; init; }

    /// <summary>Predicted outputs are OpenAI's own: no translated provider has them.</summary>
    public long AcceptedPredictionTokens => 0;

    public long RejectedPredictionTokens => 0;
}
