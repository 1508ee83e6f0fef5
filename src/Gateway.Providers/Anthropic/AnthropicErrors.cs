using Gateway.Core.Errors;

namespace Gateway.Providers.Anthropic;

/// <summary>Errors inside a stream.</summary>
internal static class AnthropicErrors
{
    /// <param name="message">Empty where it says nothing.</param>
    public static GatewayError InStream(ReadOnlySpan<byte> data, string message) =>
        new(ErrorKind.BadUpstream, message.Length > 0 ? message : $"{AnthropicRequest.Name} reported an error.") { ProviderBody = data.ToArray() };

    public static GatewayError WithoutReason() => new(ErrorKind.BadUpstream, $"{AnthropicRequest.Name} ended a stream without saying why.");
}
