using Gateway.Core.Errors;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Cohere;

/// <summary>Errors of Cohere's own shape: an answer that is <c>{"id","message"}</c>, and a stream that ends in one.</summary>
internal static class CohereErrors
{
    /// <summary>Too long a prompt has a code that OpenAI's clients know.</summary>
    public static GatewayError Refine(GatewayError read, ReadOnlySpan<byte> body) =>
        read.Kind == ErrorKind.UpstreamRejected && body.IndexOf("\"TOO_MANY_TOKENS\""u8) >= 0 ? read with { Code = "context_length_exceeded" } : read;

    /// <summary>An answer that Cohere itself gave up.</summary>
    public static GatewayError Failed(string reason, string? message, ReadOnlySpan<byte> body) =>
        new(ErrorKind.BadUpstream, message is { Length: > 0 } ? message : $"{CohereRequest.Name} ended its answer with {reason}.") { ProviderBody = JsonText.Shown(body) };

    /// <summary>An event that is no part of an answer but a message.</summary>
    public static GatewayError InStream(string message, ReadOnlySpan<byte> body) => new(ErrorKind.BadUpstream, message) { ProviderBody = JsonText.Shown(body) };

    public static GatewayError Unreadable() => new(ErrorKind.BadUpstream, $"{CohereRequest.Name} sent an answer that cannot be read.");

    public static GatewayError WithoutReason() => new(ErrorKind.BadUpstream, $"{CohereRequest.Name} ended a stream without saying why.");
}
