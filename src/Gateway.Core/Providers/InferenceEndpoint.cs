namespace Gateway.Core.Providers;

/// <summary>The operations a model can be asked for.</summary>
public enum InferenceEndpoint
{
    ChatCompletions,
    Completions,
    Embeddings,
    /// <summary>OpenAI's Responses API: a client dialect, served in front of any chat model.</summary>
    Responses,
    /// <summary>Anthropic's Messages API: a client dialect, served in front of any chat model.</summary>
    Messages,
    /// <summary>Of Anthropic's: what a message would cost to read. Nothing is generated, and nobody bills it.</summary>
    CountTokens,
    /// <summary>In Cohere's shape, which others took over.</summary>
    Rerank,
    Moderations,
    /// <summary>A provider's own API, whatever it is asked for.</summary>
    Pass,
}

public static class InferenceEndpointNames
{
    /// <summary>The client's route, which is also the ledger's and the metrics' name of the endpoint; of what is passed through, a name alone.</summary>
    public static string Route(this InferenceEndpoint endpoint) => endpoint switch
    {
        InferenceEndpoint.ChatCompletions => "/v1/chat/completions",
        InferenceEndpoint.Completions => "/v1/completions",
        InferenceEndpoint.Embeddings => "/v1/embeddings",
        InferenceEndpoint.Responses => "/v1/responses",
        InferenceEndpoint.Messages => "/v1/messages",
        InferenceEndpoint.CountTokens => "/v1/messages/count_tokens",
        InferenceEndpoint.Rerank => "/v1/rerank",
        InferenceEndpoint.Moderations => "/v1/moderations",
        InferenceEndpoint.Pass => "pass",
        _ => throw new System.Diagnostics.UnreachableException($"unnamed endpoint {endpoint}"),
    };
}
