using System.Buffers;
using System.Collections.Frozen;
using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects.Responses;

/// <summary>Failures: the gateway's in the dialect's shape, and a provider's out of it.</summary>
internal static class ResponsesErrors
{
    /// <summary>What the request is to blame for (OpenAI's list of codes of a failed response).</summary>
    private static readonly FrozenSet<string> OfRequest = FrozenSet.Create(
        "bio_policy", "empty_image_file", "failed_to_download_image", "image_content_policy_violation", "image_file_not_found", "image_file_too_large", "image_parse_error",
        "image_too_large", "image_too_small", "invalid_base64_image", "invalid_image", "invalid_image_format", "invalid_image_mode", "invalid_image_url", "invalid_prompt",
        "unsupported_image_media_type");

    /// <summary><c>{"error":{"message","type","param","code"}}</c>, as everywhere with OpenAI; the provider's own body under <c>error.provider</c>.</summary>
    public static void Write(IBufferWriter<byte> body, GatewayError failure)
    {
        var described = ErrorTable.Describe(failure.Kind);
        using var json = new Utf8JsonWriter(body, ResponsesObject.Options);
        json.WriteStartObject();
        json.WriteStartObject("error"u8);
        json.WriteString("message"u8, failure.Message);
        json.WriteString("type"u8, described.Type);
        json.WriteString("param"u8, failure.Param);
        json.WriteString("code"u8, failure.Code ?? described.Code);
        if (failure.ProviderBody is { } provider) WriteProvider(json, provider.Span);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static void WriteEvent(IBufferWriter<byte> stream, GatewayError failure, long events)
    {
        stream.Write("event: error\ndata: "u8);
        using (var json = new Utf8JsonWriter(stream, ResponsesObject.Options))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "error"u8);
            json.WriteString("code"u8, failure.Code ?? ErrorTable.Describe(failure.Kind).Code);
            json.WriteString("message"u8, failure.Message);
            json.WriteString("param"u8, failure.Param);
            json.WriteNumber("sequence_number"u8, events);
            json.WriteEndObject();
        }

        stream.Write("\n\n"u8);
    }

    /// <summary>What a failed response, or an error event, means.</summary>
    public static GatewayError Of(ReadOnlySpan<byte> json, in ResponsesPlaces read)
    {
        var (code, message) = (JsonText.Decode(json[read.Code]), JsonText.Decode(json[read.Message]));
        var isOfRequest = OfRequest.Contains(code);
        return new(isOfRequest ? ErrorKind.UpstreamRejected : code == "rate_limit_exceeded" ? ErrorKind.RateLimited : ErrorKind.BadUpstream, message.Length > 0 ? message : "The provider reported an error.")
        {
            Code = isOfRequest ? code : null,
            UpstreamStatus = isOfRequest ? 400 : null,
            ProviderBody = JsonText.Shown(json),
        };
    }

    /// <summary>Written anew and not copied: whatever white space the provider used, this is one line.</summary>
    private static void WriteProvider(Utf8JsonWriter json, ReadOnlySpan<byte> body)
    {
        json.WritePropertyName("provider"u8);
        var reader = new Utf8JsonReader(body);
        using var document = JsonDocument.ParseValue(ref reader);
        document.RootElement.WriteTo(json);
    }
}
