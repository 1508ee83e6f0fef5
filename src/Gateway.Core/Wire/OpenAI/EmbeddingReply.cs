using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using Gateway.Core.Usage;

namespace Gateway.Core.Wire.OpenAI;

/// <summary>Writes the answer to an embedding request.</summary>
public static class EmbeddingReply
{
    /// <param name="asBase64">Little-endian 32-bit floats in base64 (<c>encoding_format: base64</c>), a third of the size of decimal numbers.</param>
    public static void Write(IBufferWriter<byte> output, string model, IReadOnlyList<float[]> vectors, bool asBase64, in TokenUsage usage)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WriteString("object"u8, "list"u8);
        json.WriteStartArray("data"u8);
        for (var i = 0; i < vectors.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("object"u8, "embedding"u8);
            json.WriteNumber("index"u8, i);
            json.WritePropertyName("embedding"u8);
            if (asBase64) WriteBase64(json, vectors[i]);
            else WriteNumbers(json, vectors[i]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("model"u8, model);
        json.WriteStartObject("usage"u8);
        json.WriteNumber("prompt_tokens"u8, usage.PromptTotal);
        json.WriteNumber("total_tokens"u8, usage.Total);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, float[] vector)
    {
        json.WriteStartArray();
        foreach (var component in vector) json.WriteNumberValue(component);
        json.WriteEndArray();
    }

    private static void WriteBase64(Utf8JsonWriter json, float[] vector)
    {
        var length = vector.Length * sizeof(float);
        var bytes = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            for (var i = 0; i < vector.Length; i++)
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), vector[i]);
            json.WriteBase64StringValue(bytes.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
