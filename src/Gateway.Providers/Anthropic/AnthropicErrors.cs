using System.Text.Json;
using Gateway.Core.Errors;

namespace Gateway.Providers.Anthropic;

/// <summary>Errors inside a stream.</summary>
internal static class AnthropicErrors
{
    public static GatewayError InStream(ReadOnlySpan<byte> data) =>
        new(ErrorKind.BadUpstream, Message(data) ?? $"{AnthropicRequest.Name} reported an error.") { ProviderBody = data.ToArray() };

    public static GatewayError WithoutReason() => new(ErrorKind.BadUpstream, $"{AnthropicRequest.Name} ended a stream without saying why.");

    private static string? Message(ReadOnlySpan<byte> data)
    {
        var reader = new Utf8JsonReader(data);
        using var json = JsonDocument.ParseValue(ref reader);
        return json.RootElement.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object
            && error.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.String ? message.GetString() : null;
    }
}
