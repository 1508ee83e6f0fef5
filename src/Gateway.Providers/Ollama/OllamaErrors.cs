using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Ollama;

/// <summary>Errors that come with status 200: <c>{"error":"text"}</c>, as an answer or as a line of a stream.</summary>
internal static class OllamaErrors
{
    /// <param name="error">A JSON value.</param>
    public static GatewayError Of(ReadOnlySpan<byte> error, ReadOnlySpan<byte> body) =>
        new(ErrorKind.BadUpstream, error is [(byte)'"', _, .., (byte)'"'] ? JsonText.Decode(error) : $"{OllamaRequest.Name} reported an error.") { ProviderBody = JsonText.Shown(body) };

    public static GatewayError Of(JsonElement error, ReadOnlySpan<byte> body) =>
        new(ErrorKind.BadUpstream, error.ValueKind == JsonValueKind.String ? error.GetString()! : $"{OllamaRequest.Name} reported an error.") { ProviderBody = JsonText.Shown(body) };

    public static GatewayError Unreadable() => new(ErrorKind.BadUpstream, $"{OllamaRequest.Name} sent an answer that cannot be read.");

    public static GatewayError Unfinished() => new(ErrorKind.BadUpstream, $"{OllamaRequest.Name} sent an answer that is not done.");
}
