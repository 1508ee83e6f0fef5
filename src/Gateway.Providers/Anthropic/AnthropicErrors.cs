using Gateway.Core.Errors;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Anthropic;

/// <summary>Errors inside a stream.</summary>
internal static class AnthropicErrors
{
    /// <param name="message">Empty where it says nothing.</param>
    public static GatewayError InStream(ReadOnlySpan<byte> data, string message) =>
        new(ErrorKind.BadUpstream, message.Length > 0 ? message : $"{AnthropicRequest.Name} reported an error.") { ProviderBody = JsonText.Shown(data) };

    public static GatewayError WithoutReason() => new(ErrorKind.BadUpstream, $"{AnthropicRequest.Name} ended a stream without saying why.");
}
