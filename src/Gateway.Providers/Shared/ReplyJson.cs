using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Gateway.Providers.Shared;

/// <summary>Reads providers' answers and writes replies.</summary>
internal static class ReplyJson
{
    /// <summary>The member of a message with parts of an answer that OpenAI's format has no place for (the provider's own tools at work, say), as the provider wrote them.</summary>
    public const string ProviderBlocks = "provider_blocks";

    public static ReadOnlySpan<byte> ProviderBlocksUtf8 => "provider_blocks"u8;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Null where the body is not what it should be.</summary>
    public static T? Parse<T>(ReadOnlySpan<byte> body, JsonTypeInfo<T> type) where T : class
    {
        if (!JsonText.IsText(body)) return null;   // such strings cannot be read, nor written again
        try
        {
            return JsonSerializer.Deserialize(body, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static void Write<T>(IBufferWriter<byte> output, JsonTypeInfo<T> type, T value)
    {
        using var json = new Utf8JsonWriter(output, Options);
        JsonSerializer.Serialize(json, value, type);
    }
}
