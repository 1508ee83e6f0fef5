namespace Gateway.Core.Usage;

/// <summary>What an attempt consumed, in disjoint classes, whatever the provider's own way of counting.</summary>
/// <remarks>
/// The input classes add up to all prompt tokens (OpenAI counts cached tokens inside <c>prompt_tokens</c>, Anthropic outside <c>input_tokens</c>).
/// <see cref="Reasoning"/>, <see cref="OutputAudio"/> and <see cref="OutputImage"/> are parts of <see cref="Output"/>.
/// </remarks>
public readonly record struct TokenUsage
{
    /// <summary>Prompt tokens that were neither read from nor written to a cache, text only.</summary>
    public long Input { get; init; }

    /// <summary>Prompt tokens read from the provider's cache.</summary>
    public long CacheRead { get; init; }

    /// <summary>Prompt tokens written to the provider's cache for its short (5 minutes, Anthropic) or only time to live.</summary>
    public long CacheWrite { get; init; }

    /// <summary>Prompt tokens written to the provider's cache for an hour.</summary>
    public long CacheWriteHour { get; init; }

    public long InputAudio { get; init; }

    public long InputImage { get; init; }

    /// <summary>All completion tokens, reasoning and audio included.</summary>
    public long Output { get; init; }

    /// <summary>Completion tokens the model spent thinking; a part of <see cref="Output"/>.</summary>
    public long Reasoning { get; init; }

    /// <summary>Completion tokens of audio; a part of <see cref="Output"/>.</summary>
    public long OutputAudio { get; init; }

    /// <summary>Completion tokens of images; a part of <see cref="Output"/>.</summary>
    public long OutputImage { get; init; }

    /// <summary>Server-side tool calls the provider bills one by one (web searches).</summary>
    public long Calls { get; init; }

    /// <summary>The tier the provider says it served the request at; it decides which rates apply.</summary>
    public ServiceTier Tier { get; init; }

    public long PromptTotal => Input + CacheRead + CacheWrite + CacheWriteHour + InputAudio + InputImage;

    /// <summary>Input and output together: what a tpm limit counts.</summary>
    public long Total => PromptTotal + Output;
}
