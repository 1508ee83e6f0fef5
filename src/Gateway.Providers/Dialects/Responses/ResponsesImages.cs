using System.Text;
using System.Text.Json;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects.Responses;

/// <summary>Images that a model made: in chat data URLs, here the result of a call of OpenAI's tool for them.</summary>
internal static class ResponsesImages
{
    /// <summary>The type of the items.</summary>
    public const string Call = "image_generation_call";

    public const string Images = "images";

    private const string Result = "result";

    private const string Format = "output_format";

    private const string MediaType = "image/";

    /// <param name="images">A JSON array, or nothing. One that is only an address has no place here.</param>
    public static IEnumerable<ResponsesImage> Of(ReadOnlySpan<byte> images)
    {
        if (images.Length <= 2 || !JsonText.IsText(images)) return [];
        var reader = new Utf8JsonReader(images, JsonCursor.Options);
        return Of(JsonElement.ParseValue(ref reader));
    }

    /// <summary>The image of an item that a client sends back, as chat has it.</summary>
    public static void Write(Utf8JsonWriter json, JsonElement item, JsonElement extra)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "image_url"u8);
        json.WriteStartObject("image_url"u8);
        json.WriteString("url"u8, $"data:{MediaType}{JsonFields.Text(item, Format) ?? "png"};base64,{JsonFields.Text(item, Result)}");
        json.WriteEndObject();
        if (extra.ValueKind == JsonValueKind.Object) ResponsesAsk.Copy(json, ResponsesMemory.Extra, extra);
        json.WriteEndObject();
    }

    public static bool HasResult(JsonElement item) => JsonFields.Text(item, Result) is { Length: > 0 };

    private static IEnumerable<ResponsesImage> Of(JsonElement images)
    {
        foreach (var image in images.EnumerateArray())
        {
            if (ResponsesAsk.Find(image, "image_url") is not { } at || JsonFields.Text(at, "url") is not { } url || DataUrl.Parse(url) is not { } data) continue;
            var format = data.MediaType.StartsWith(MediaType, StringComparison.Ordinal) ? data.MediaType[MediaType.Length..] : data.MediaType;
            var extra = ResponsesAsk.Find(image, ResponsesMemory.Extra) is { ValueKind: JsonValueKind.Object } kept ? Encoding.UTF8.GetBytes(kept.GetRawText()) : [];
            yield return new(Quoted(data.Base64), Quoted(format), extra);
        }
    }

    private static byte[] Quoted(string text) => Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"");
}

/// <param name="Data">In base64, a JSON string.</param>
/// <param name="Format"><c>png</c>, <c>jpeg</c> …, a JSON string.</param>
/// <param name="Extra">What the provider wants back with it, JSON; empty: nothing.</param>
internal sealed record ResponsesImage(byte[] Data, byte[] Format, byte[] Extra);
