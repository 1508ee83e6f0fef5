using System.Text.Json;
using Gateway.Core.Usage;

namespace Gateway.PassThrough;

/// <summary>Token counts of answers that no translator reads: embeddings, Ollama's <c>generate</c>. Found by the names that only they have.</summary>
internal static class PassCounts
{
    private const int MaxDepth = 64;

    public static bool TryRead(ReadOnlySpan<byte> body, out TokenUsage usage)
    {
        usage = default;
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxDepth });
        var found = false;
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth > 3) continue;
                // Ollama; Gemini's usageMetadata; Cohere's meta.billed_units; Titan on Bedrock.
                var isInput = reader.ValueTextEquals("prompt_eval_count"u8) || reader.ValueTextEquals("promptTokenCount"u8) || reader.ValueTextEquals("input_tokens"u8) || reader.ValueTextEquals("inputTextTokenCount"u8);
                var isOutput = reader.ValueTextEquals("eval_count"u8) || reader.ValueTextEquals("output_tokens"u8);
                if (!isInput && !isOutput) continue;
                reader.Read();
                if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var count) || count < 0) continue;
                usage = isInput ? usage with { Input = Math.Max(usage.Input, count) } : usage with { Output = Math.Max(usage.Output, count) };
                found = true;
            }

            return found;
        }
        catch (JsonException)
        {
            return false;   // no JSON: what it says is not known
        }
    }
}
