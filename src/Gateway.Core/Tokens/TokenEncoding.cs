namespace Gateway.Core.Tokens;

/// <summary>The vocabularies the gateway knows, by the names OpenAI gave them.</summary>
public enum TokenEncoding
{
    /// <summary><c>o200k_base</c>: 199,998 tokens; GPT-4o and everything since.</summary>
    O200k,

    /// <summary><c>cl100k_base</c>: 100,256 tokens; GPT-3.5, GPT-4 and the embedding models.</summary>
    Cl100k,
}
