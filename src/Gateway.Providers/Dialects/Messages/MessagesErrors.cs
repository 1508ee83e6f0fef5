using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.Core.Errors;

namespace Gateway.Providers.Dialects.Messages;

/// <summary>Failures in Anthropic's shape, with what the gateway knows beyond it beside: <c>code</c>, <c>param</c>, <c>provider</c>.</summary>
internal static class MessagesErrors
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static void Write(IBufferWriter<byte> body, GatewayError failure, string requestId)
    {
        using var json = new Utf8JsonWriter(body, Options);
        json.WriteStartObject();
        json.WriteString("type"u8, "error"u8);
        json.WriteStartObject("error"u8);
        json.WriteString("type"u8, Type(failure.Status));
        json.WriteString("message"u8, failure.Message);
        if ((failure.Code ?? ErrorTable.Describe(failure.Kind).Code) is { } code) json.WriteString("code"u8, code);
        if (failure.Param is { } param) json.WriteString("param"u8, param);
        if (failure.ProviderBody is { } provider)
        {
            json.WritePropertyName("provider"u8);
            WriteAnew(json, provider.Span);
        }

        json.WriteEndObject();
        json.WriteString("request_id"u8, requestId);
        json.WriteEndObject();
    }

    public static void WriteEvent(IBufferWriter<byte> stream, GatewayError failure, string requestId)
    {
        stream.Write("event: error\ndata: "u8);
        Write(stream, failure, requestId);
        stream.Write("\n\n"u8);
    }

    /// <summary>https://docs.anthropic.com/en/api/errors</summary>
    private static string Type(int status) => status switch
    {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        503 or 529 => "overloaded_error",
        504 => "timeout_error",
        >= 500 => "api_error",
        _ => "invalid_request_error",
    };

    /// <summary>Whatever white space and line breaks the provider used, this is one line.</summary>
    private static void WriteAnew(Utf8JsonWriter json, ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        using var document = JsonDocument.ParseValue(ref reader);
        document.RootElement.WriteTo(json);
    }
}
