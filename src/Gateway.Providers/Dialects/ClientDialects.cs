using Gateway.Core.Dialects;
using Gateway.Core.Providers;

namespace Gateway.Providers.Dialects;

/// <summary>The dialects clients may speak, beside OpenAI's chat.</summary>
public static class ClientDialects
{
    /// <summary>Null for an endpoint of OpenAI's older API, which is the hub's own, or of no dialect.</summary>
    public static IClientDialect? Of(InferenceEndpoint endpoint) => endpoint switch
    {
        _ => null,
    };
}
