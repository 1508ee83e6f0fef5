using System.Buffers;
using System.Text.Json;

namespace Gateway.Providers.Demo.Upstreams.Mistral;

/// <summary>From Mistral's request for embeddings to OpenAI's: <c>output_dimension</c> is <c>dimensions</c> there.</summary>
internal static class MistralEmbeddingRequest
{
    private static readonly HashSet<string> Known = ["model", "input", "metadata", "output_dimension", "output_dtype", "encoding_format"];

    public static ReadOnlyMemory<byte> Read(DemoExchange exchange)
    {
        MistralExtraInputs.Refuse(exchange, exchange.Body, Known, "");
        var output = new ArrayBufferWriter<byte>(exchange.Http.Body.Length + 16);
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        foreach (var member in exchange.Body.EnumerateObject())
        {
            json.WritePropertyName(member.Name == "output_dimension" ? "dimensions" : member.Name);
            member.Value.WriteTo(json);
        }

        json.WriteEndObject();
        json.Flush();
        return output.WrittenMemory;
    }
}
