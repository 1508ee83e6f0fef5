namespace Gateway.PassThrough;

/// <summary>What is known of a call of a provider's own API: how its cost is bounded, and where its usage stands. A closed set; what is in none of the others is <see cref="Unknown"/>.</summary>
internal enum PassShape
{
    /// <summary>It may cost, and nobody here knows what.</summary>
    Unknown,
    /// <summary>Providers do not bill it: lists, files that are fetched or deleted, counting tokens.</summary>
    Free,
    /// <summary>A connection that both sides write to, as long as they like.</summary>
    Socket,
    Chat,
    Completions,
    Embeddings,
    Responses,
    Messages,
    Rerank,
    Moderations,
    Gemini,
    GeminiEmbeddings,
    BedrockConverse,
    BedrockInvoke,
    CohereChat,
    CohereEmbeddings,
    Ollama,
    OllamaEmbeddings,
}
