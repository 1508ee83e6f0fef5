using System.Text.Json;
using Gateway.Core.Providers;
using Gateway.Core.Wire.OpenAI;

namespace Gateway.Core.Tokens;

/// <summary>Counts the prompt tokens of a request of OpenAI's API over its bytes. Nothing is allocated but what the pools do not have yet.</summary>
public static class RequestTokens
{
    /// <summary>Whether the endpoint's requests can be counted: of dialects, the chat request that says the same can.</summary>
    public static bool Knows(InferenceEndpoint endpoint) => endpoint is InferenceEndpoint.ChatCompletions or InferenceEndpoint.Completions or InferenceEndpoint.Embeddings;

    /// <param name="model">What the provider calls the model: it decides encoding and formula.</param>
    /// <returns>Null where the body is no well-formed JSON object.</returns>
    public static TokenCount? Count(ReadOnlySpan<byte> body, InferenceEndpoint endpoint, ReadOnlySpan<char> model, TokenizerCache tokenizers)
    {
        ArgumentNullException.ThrowIfNull(tokenizers);
        var tokens = ModelTokens.Of(model);
        return Count(body, endpoint, tokens.Formula, tokenizers.Get(tokens.Encoding));
    }

    internal static TokenCount? Count(ReadOnlySpan<byte> body, InferenceEndpoint endpoint, ChatFormula formula, Tokenizer tokenizer)
    {
        var json = new JsonTokens(tokenizer);
        try
        {
            var reader = new Utf8JsonReader(body, JsonCursor.Options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return null;
            return endpoint == InferenceEndpoint.ChatCompletions
                ? ChatTokens.Count(body, ref reader, ref json, formula)
                : new TokenCount(Inputs(ref reader, ref json, endpoint == InferenceEndpoint.Completions ? "prompt"u8 : "input"u8), 0);
        }
        catch (JsonException)
        {
            return null;   // the body was validated on its way in; one that is broken all the same has no count
        }
        finally
        {
            json.Dispose();
        }
    }

    /// <summary>A string, an array of strings, an array of token ids, or an array of those.</summary>
    private static long Inputs(ref Utf8JsonReader reader, ref JsonTokens json, ReadOnlySpan<byte> name)
    {
        long tokens = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var wanted = JsonCursor.Is(ref reader, name);
            reader.Read();
            if (!wanted) reader.Skip();
            else tokens += Input(ref reader, ref json);
        }

        return tokens;
    }

    private static long Input(ref Utf8JsonReader reader, ref JsonTokens json)
    {
        if (reader.TokenType != JsonTokenType.StartArray) return json.OfString(ref reader);
        long tokens = 0;
        for (var depth = reader.CurrentDepth; reader.Read() && !(reader.TokenType == JsonTokenType.EndArray && reader.CurrentDepth == depth);)
            tokens += reader.TokenType switch
            {
                JsonTokenType.Number => 1,
                JsonTokenType.String => json.OfString(ref reader),
                _ => 0,
            };
        return tokens;
    }
}
