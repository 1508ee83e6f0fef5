using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.Core.Dialects;
using Gateway.Core.Errors;

namespace Gateway.Reply;

/// <summary>Errors in OpenAI's shape: <c>{"error":{"message","type","param","code"}}</c>, the provider's own body under <c>error.provider</c>.</summary>
internal static class ErrorWriter
{
    // A body of type JSON, read by people too: an apostrophe stays one.
    private static readonly JsonWriterOptions Options = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The error's JSON on one line, as body or as an event's data.</summary>
    public static void Write(IBufferWriter<byte> output, GatewayError error)
    {
        var described = ErrorTable.Describe(error.Kind);
        using var json = new Utf8JsonWriter(output, Options);
        json.WriteStartObject();
        json.WriteStartObject("error"u8);
        json.WriteString("message"u8, error.Message);
        json.WriteString("type"u8, described.Type);
        json.WriteString("param"u8, error.Param);
        json.WriteString("code"u8, error.Code ?? described.Code);
        if (error.ProviderBody is { } body) WriteProvider(json, body.Span);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <param name="dialect">What the client speaks, where that is not OpenAI's.</param>
    public static async ValueTask WriteAsync(HttpResponse response, GatewayError error, CancellationToken cancellationToken, IClientDialect? dialect = null, string requestId = "")
    {
        response.StatusCode = error.Status;
        response.ContentType = "application/json";
        response.Headers.CacheControl = "no-store";
        if (error.RetryAfter is { } wait) response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        if (IsInVain(error)) response.Headers["x-should-retry"] = "false";
        if (error.Kind == ErrorKind.InvalidApiKey) response.Headers.WWWAuthenticate = "Bearer";
        var body = new ArrayBufferWriter<byte>(512);
        if (dialect is null) Write(body, error);
        else dialect.WriteError(body, error, requestId);
        response.ContentLength = body.WrittenCount;
        await response.BodyWriter.WriteAsync(body.WrittenMemory, cancellationToken);
    }

    /// <summary>
    /// OpenAI's clients look at this before the status: a spent budget is not spent less in half a second, a request too large for a limit stays so, and what became of a
    /// request that was to be made once will not be known any better.
    /// </summary>
    private static bool IsInVain(GatewayError error) =>
        error is { Kind: ErrorKind.BudgetExceeded or ErrorKind.IdempotencyOutcomeUnknown or ErrorKind.IdempotencyAnswerNotKept }
            or { Kind: ErrorKind.RateLimited, UpstreamStatus: null, RetryAfter: null };

    /// <summary>Written anew and not copied: whatever white space and line breaks the provider used, this is one line.</summary>
    private static void WriteProvider(Utf8JsonWriter json, ReadOnlySpan<byte> body)
    {
        json.WritePropertyName("provider"u8);
        var reader = new Utf8JsonReader(body);
        using var document = JsonDocument.ParseValue(ref reader);
        document.RootElement.WriteTo(json);
    }
}
