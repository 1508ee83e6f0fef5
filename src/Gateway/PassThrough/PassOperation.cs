namespace Gateway.PassThrough;

/// <summary>What a path of a provider's own API does.</summary>
/// <param name="Model">Where the path names it.</param>
/// <param name="Streams">Where the path says so.</param>
internal readonly record struct PassOperation(PassShape Shape, string? Model = null, bool Streams = false)
{
    /// <summary>It has a price, which is read from the request.</summary>
    public bool IsKnown => Shape is not (PassShape.Unknown or PassShape.Free or PassShape.Socket);

    /// <param name="path">Below <c>/pass/PROVIDER/</c>, as it was written.</param>
    /// <param name="kind">The provider's.</param>
    public static PassOperation Of(string method, IReadOnlyList<string> path, string kind)
    {
        if (method is "GET" or "HEAD" or "OPTIONS" or "DELETE") return new(PassShape.Free);
        if (method != "POST") return default;
        string[] names = [.. path.Select(Uri.UnescapeDataString)];
        var own = kind switch
        {
            "gemini" or "vertex" => Google(names),
            "bedrock" => Bedrock(names),
            "cohere" => Cohere(names),
            "ollama" => Ollama(names),
            _ => default,
        };
        return own.Shape == PassShape.Unknown ? Common(names) : own;
    }

    /// <summary>Of OpenAI's API, of Anthropic's, and of all who took theirs over.</summary>
    private static PassOperation Common(string[] path)
    {
        var shape = path switch
        {
            [.., "chat", "completions"] => PassShape.Chat,
            [.., "messages", "count_tokens"] or [.., "responses", "input_tokens"] => PassShape.Free,
            [.., "completions"] => PassShape.Completions,
            [.., "embeddings"] => PassShape.Embeddings,
            [.., "responses"] => PassShape.Responses,
            [.., "messages"] => IsBelowThread(path) ? PassShape.Unknown : PassShape.Messages,
            [.., "rerank"] => PassShape.Rerank,
            [.., "moderations"] => PassShape.Moderations,
            _ => PassShape.Unknown,
        };
        var deployment = Array.IndexOf(path, "deployments");
        return new(shape, shape != PassShape.Unknown && deployment >= 0 && deployment < path.Length - 1 ? path[deployment + 1] : null);
    }

    /// <summary>OpenAI's assistants have <c>threads/ID/messages</c>, which is another thing.</summary>
    private static bool IsBelowThread(string[] path) => path.Length >= 3 && path[^3] == "threads";

    private static PassOperation Google(string[] path)
    {
        if (path[^1].LastIndexOf(':') is not (> 0 and var colon)) return default;
        var model = path.Length > 1 && path[^2] == "models" ? path[^1][..colon] : null;
        return path[^1][(colon + 1)..] switch
        {
            "generateContent" => new(PassShape.Gemini, model),
            "streamGenerateContent" => new(PassShape.Gemini, model, Streams: true),
            "embedContent" or "batchEmbedContents" => new(PassShape.GeminiEmbeddings, model),
            "countTokens" => new(PassShape.Free, model),
            "rawPredict" when path.Contains("anthropic") => new(PassShape.Messages, model),
            "streamRawPredict" when path.Contains("anthropic") => new(PassShape.Messages, model, Streams: true),
            _ => default,
        };
    }

    private static PassOperation Bedrock(string[] path) => path switch
    {
        ["model", var model, "converse"] => new(PassShape.BedrockConverse, model),
        ["model", var model, "converse-stream"] => new(PassShape.BedrockConverse, model, Streams: true),
        ["model", var model, "invoke"] => new(PassShape.BedrockInvoke, model),
        ["model", var model, "invoke-with-response-stream"] => new(PassShape.BedrockInvoke, model, Streams: true),
        ["model", var model, "count-tokens"] => new(PassShape.Free, model),
        _ => default,
    };

    private static PassOperation Cohere(string[] path) => path switch
    {
        [.., "v2", "chat"] => new(PassShape.CohereChat),
        [.., "embed"] => new(PassShape.CohereEmbeddings),
        _ => default,
    };

    private static PassOperation Ollama(string[] path) => path switch
    {
        [.., "api", "chat"] or [.., "api", "generate"] => new(PassShape.Ollama),
        [.., "api", "embed"] or [.., "api", "embeddings"] => new(PassShape.OllamaEmbeddings),
        _ => default,
    };
}
