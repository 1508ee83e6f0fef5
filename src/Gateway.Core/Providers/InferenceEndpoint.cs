namespace Gateway.Core.Providers;

/// <summary>The operations a model can be asked for.</summary>
public enum InferenceEndpoint
{
    ChatCompletions,
    Completions,
    Embeddings,
}

public static class InferenceEndpointNames
{
    /// <summary>The client's route, which is also the ledger's and the metrics' name of the endpoint.</summary>
    public static string Route(this InferenceEndpoint endpoint) => endpoint switch
    {
        InferenceEndpoint.ChatCompletions => "/v1/chat/completions",
        InferenceEndpoint.Completions => "/v1/completions",
        InferenceEndpoint.Embeddings => "/v1/embeddings",
        _ => throw new System.Diagnostics.UnreachableException($"unnamed endpoint {endpoint}"),
    };
}
