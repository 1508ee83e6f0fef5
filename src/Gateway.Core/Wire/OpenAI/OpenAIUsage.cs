using Gateway.Core.Providers;
using Gateway.Core.Usage;

namespace Gateway.Core.Wire.OpenAI;

/// <summary>Reads the usage object of OpenAI and of the providers that speak like it into disjoint classes. Allocates nothing.</summary>
/// <remarks>
/// Dialects differ in what <c>prompt_tokens</c> and <c>completion_tokens</c> include. <c>total_tokens</c> settles it: where it is more than the two, the
/// surplus is the part that was left out. xAI leaves out reasoning, Mistral the audio of the prompt (both seen in recordings; xAI's own cost figures agree),
/// Gemini's compatible endpoint reasoning without saying so anywhere else.
/// </remarks>
public static class OpenAIUsage
{
    /// <summary>What can stand outside of the two counts, in the order it is tried: bit 1 reasoning, 2 audio, 4 cache.</summary>
    private static ReadOnlySpan<byte> OutsideParts => [1, 2, 4, 3, 5, 6, 7];

    /// <returns>
    /// False where the usage cannot be trusted: no JSON, a count that is missing, negative, fractional, not a number or too large to be one, parts that
    /// contradict their whole. The next source of usage is then to be asked; it is never zero.
    /// </returns>
    public static bool TryRead(ReadOnlySpan<byte> usageObject, InferenceEndpoint endpoint, out TokenUsage usage)
    {
        usage = default;
        if (!OpenAIUsageFields.TryRead(usageObject, responses: false, out var fields))
            return false;
        if (endpoint is InferenceEndpoint.Embeddings or InferenceEndpoint.Moderations or InferenceEndpoint.Rerank)
        {
            // Voyage names the total only.
            fields.Prompt ??= fields.Total;
            fields.Completion = 0;
            fields.Total = null;
        }

        return TrySum(fields, out usage);
    }

    /// <summary>The usage of the Responses API, which has other names for the same counts.</summary>
    public static bool TryReadResponses(ReadOnlySpan<byte> usageObject, out TokenUsage usage)
    {
        usage = default;
        return OpenAIUsageFields.TryRead(usageObject, responses: true, out var fields) && TrySum(fields, out usage);
    }

    /// <summary>The list a provider says it billed by; what is no name of another list is the standard one (<c>default</c>, <c>auto</c>, <c>on_demand</c>).</summary>
    /// <param name="value">The text of <c>service_tier</c>, without quotes.</param>
    public static ServiceTier ReadTier(ReadOnlySpan<byte> value) =>
        value.SequenceEqual("priority"u8) ? ServiceTier.Priority
        : value.SequenceEqual("flex"u8) ? ServiceTier.Flex
        : value.SequenceEqual("batch"u8) ? ServiceTier.Batch
        : ServiceTier.Standard;

    private static bool TrySum(OpenAIUsageFields fields, out TokenUsage usage)
    {
        usage = default;
        if (fields is not { Prompt: not null, Completion: not null })
            return false;
        IncludeParts(ref fields);
        return ForgetForeignCache(ref fields) && TrySplit(in fields, out usage);
    }

    /// <summary>Makes the prompt and the completion include all of their parts.</summary>
    private static void IncludeParts(ref OpenAIUsageFields fields)
    {
        var surplus = fields.Total - fields.Prompt - fields.Completion;
        if (surplus is null && fields.Reasoning > fields.Completion)
            fields.Completion += fields.Reasoning;
        if (surplus is not > 0)
            return;
        foreach (var outside in OutsideParts)
        {
            var reasoning = (outside & 1) != 0 ? fields.Reasoning : 0;
            var prompt = ((outside & 2) != 0 ? fields.InputAudio : 0) + ((outside & 4) != 0 ? fields.Cache : 0);
            if (reasoning + prompt != surplus)
                continue;
            fields.Completion += reasoning;
            fields.Prompt += prompt;
            return;
        }

        fields.Completion += surplus;
        fields.Reasoning += surplus.Value;
    }

    /// <summary>
    /// Grok on Azure counts as cached what stands before the user's prompt and is not in it (7 prompt tokens, 163 of them cached): where the prompt's own split
    /// into text, audio and images adds up without the cache, the prompt is charged at the plain rate. Any other cache larger than its prompt is a contradiction.
    /// </summary>
    private static bool ForgetForeignCache(ref OpenAIUsageFields fields)
    {
        if (fields.Cache <= fields.Prompt)
            return true;
        if (fields.PromptText + fields.InputAudio + fields.InputImage != fields.Prompt)
            return false;
        fields.CacheRead = fields.CacheWrite = fields.CacheWriteHour = 0;
        return true;
    }

    private static bool TrySplit(in OpenAIUsageFields fields, out TokenUsage usage)
    {
        var (prompt, completion) = (fields.Prompt!.Value, fields.Completion!.Value);
        var text = prompt - fields.Cache - fields.InputAudio - fields.InputImage;
        var spoken = fields.OutputAudio + fields.OutputImage;
        usage = default;
        if (-text > fields.CacheRead || spoken > completion)
            return false;

        // Images and audio that were read from the cache are counted in both classes; providers bill them as cached.
        var twice = Math.Max(0, -text);
        var images = Math.Min(fields.InputImage, twice);
        usage = new TokenUsage
        {
            Input = Math.Max(0, text),
            CacheRead = fields.CacheRead,
            CacheWrite = fields.CacheWritten - fields.CacheWriteHour,
            CacheWriteHour = fields.CacheWriteHour,
            InputAudio = fields.InputAudio - (twice - images),
            InputImage = fields.InputImage - images,
            Output = completion,
            Reasoning = Math.Min(fields.Reasoning, completion - spoken),
            OutputAudio = fields.OutputAudio,
            OutputImage = fields.OutputImage,
            Calls = fields.Calls,
            Tier = fields.Tier,
        };
        return true;
    }
}
