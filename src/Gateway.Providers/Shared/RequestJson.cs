using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gateway.Providers.Shared;

/// <summary>Writes the JSON of a request to a provider.</summary>
internal static class RequestJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <param name="sizeHint">About how long it will be.</param>
    public static ReadOnlyMemory<byte> Write<TState>(TState state, int sizeHint, Action<Utf8JsonWriter, TState> members)
    {
        var body = new ArrayBufferWriter<byte>(Math.Max(256, sizeHint));
        using (var json = new Utf8JsonWriter(body, Options))
        {
            json.WriteStartObject();
            members(json, state);
            json.WriteEndObject();
        }

        return body.WrittenMemory;
    }

    /// <summary>Whether the text is one JSON object.</summary>
    public static bool IsObject(string text)
    {
        var utf8 = System.Text.Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = 64 });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
