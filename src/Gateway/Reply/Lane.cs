using Gateway.Core.Dialects;
using Gateway.Core.Providers;
using Gateway.Pipeline;

namespace Gateway.Reply;

/// <summary>How the answer of one attempt gets from the provider's wire format to the client's.</summary>
/// <param name="Endpoint">What the provider was asked for: the client's endpoint, or chat where the client's dialect stands before the hub.</param>
/// <param name="Translator">Between the provider and the hub; null: the identity lane.</param>
/// <param name="Context">For the translator.</param>
/// <param name="Dialect">The client's dialect, where that is not OpenAI's.</param>
/// <param name="Hub">Null: the provider speaks the client's dialect.</param>
internal readonly record struct Lane(InferenceEndpoint Endpoint, ITranslator? Translator, TranslationContext Context, IClientDialect? Dialect, DialectRequest? Hub)
{
    /// <summary>Choices that the provider was asked for, where it was in OpenAI's words.</summary>
    public int Choices { get; init; }

    /// <summary>The answer passes the hub, where its words can be counted.</summary>
    public bool IsChat => Hub is not null || Endpoint is InferenceEndpoint.ChatCompletions or InferenceEndpoint.Completions or InferenceEndpoint.Embeddings;
}
