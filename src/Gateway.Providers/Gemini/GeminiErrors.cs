using System.Globalization;
using System.Text.Json;
using Gateway.Core.Errors;

namespace Gateway.Providers.Gemini;

/// <summary>Errors of Google's, whose details say more than their status (https://google.aip.dev/193): alone, in a list of one, or inside a stream.</summary>
internal static class GeminiErrors
{
    private const string ContextTooLong = "context_length_exceeded";

    public static GatewayError Refine(GatewayError read, int status, ReadOnlySpan<byte> body)
    {
        using var json = Parse(body);
        if (json is null || ErrorOf(json.RootElement) is not { } error) return read;
        if (Text(error, "message") is { } message) read = read with { Message = message, ProviderBody = body.ToArray() };
        if (RetryDelay(error) is { } delay) read = read with { RetryAfter = delay };
        if (read.Kind != ErrorKind.UpstreamRejected) return read;
        if (IsOurs(error, status)) return read with { Kind = ErrorKind.BadUpstream, Code = null };
        return IsContextTooLong(read.Message) ? read with { Code = ContextTooLong } : read;
    }

    public static GatewayError InStream(ReadOnlySpan<byte> data)
    {
        using var json = Parse(data);
        var message = json is not null && ErrorOf(json.RootElement) is { } error ? Text(error, "message") : null;
        return new(ErrorKind.BadUpstream, message ?? $"{GeminiRequest.Name} reported an error.") { ProviderBody = json is null ? null : data.ToArray() };
    }

    public static GatewayError WithoutReason() => new(ErrorKind.BadUpstream, $"{GeminiRequest.Name} ended an answer without saying why.");

    public static GatewayError Unreadable() => new(ErrorKind.BadUpstream, $"{GeminiRequest.Name} sent an answer that cannot be read.");

    /// <summary>An error that the request is not to blame for: our key, our account, or where we are. Of another status than 400, that says more than the word.</summary>
    private static bool IsOurs(JsonElement error, int status) =>
        (status == 400 && Text(error, "status") == "FAILED_PRECONDITION")
        || Details(error).Any(static d => Text(d, "reason") is "API_KEY_INVALID" or "API_KEY_EXPIRED" or "API_KEY_SERVICE_BLOCKED" or "BILLING_DISABLED" or "SERVICE_DISABLED" or "CONSUMER_INVALID");

    private static bool IsContextTooLong(string message) =>
        message.Contains("token count", StringComparison.OrdinalIgnoreCase) && message.Contains("exceeds the maximum", StringComparison.OrdinalIgnoreCase);

    /// <summary><c>{"@type":"…/google.rpc.RetryInfo","retryDelay":"34.4s"}</c></summary>
    private static TimeSpan? RetryDelay(JsonElement error)
    {
        foreach (var detail in Details(error))
        {
            if (Text(detail, "retryDelay") is ['0' or '1' or '2' or '3' or '4' or '5' or '6' or '7' or '8' or '9', .., 's'] delay
                && double.TryParse(delay.AsSpan(0, delay.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < 86_400) return TimeSpan.FromSeconds(seconds);
        }

        return null;
    }

    private static JsonElement.ArrayEnumerator Details(JsonElement error) =>
        error.TryGetProperty("details", out var details) && details.ValueKind == JsonValueKind.Array ? details.EnumerateArray() : default;

    private static JsonElement? ErrorOf(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Array && root.GetArrayLength() > 0) root = root[0];
        return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object ? error : null;
    }

    private static string? Text(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? Decoded(value) : null;

    private static string? Decoded(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)   // half of a surrogate pair
        {
            return null;
        }
    }

    private static JsonDocument? Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            return JsonDocument.TryParseValue(ref reader, out var json) ? json : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
