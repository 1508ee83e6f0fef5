using Gateway.Core.Dialects;
using Gateway.Core.Providers;
using Gateway.Providers.Dialects.Messages;
using Gateway.Providers.Dialects.Responses;

namespace Gateway.Providers.Dialects;

/// <summary>The dialects that clients may speak beside OpenAI's chat.</summary>
public static class ClientDialects
{
    /// <summary>Anthropic's Messages API, <c>POST /v1/messages</c>. Its token count is <see cref="MessagesCount"/>.</summary>
    public static IClientDialect Messages { get; } = new MessagesDialect();

    /// <summary>OpenAI's Responses API, <c>POST /v1/responses</c>.</summary>
    public static IClientDialect Responses { get; } = new ResponsesDialect();

    /// <summary>Null for an endpoint of OpenAI's older API, which is the hub's own, or of no dialect.</summary>
    public static IClientDialect? Of(InferenceEndpoint endpoint) => endpoint switch
    {
        InferenceEndpoint.Messages or InferenceEndpoint.CountTokens => Messages,
        InferenceEndpoint.Responses => Responses,
        _ => null,
    };
}
