namespace Gateway.Core.Tokens;

/// <summary>Which encoding and which formula a model has: the one table of it.</summary>
public readonly record struct ModelTokens(TokenEncoding Encoding, ChatFormula Formula)
{
    /// <summary>Other vendors' vocabularies are theirs; o200k is the nearest public one to most (docs/tokens.md has the error).</summary>
    public static readonly ModelTokens Default = new(TokenEncoding.O200k, ChatFormula.Foreign);

    /// <summary>How names begin; the first that fits counts. As in tiktoken's <c>model.py</c>; Azure writes gpt-35.</summary>
    private static readonly (string Prefix, ModelTokens Tokens)[] Table =
    [
        ("gpt-5", new(TokenEncoding.O200k, ChatFormula.Channels)),
        ("gpt-oss", new(TokenEncoding.O200k, ChatFormula.Open)),
        ("gpt-4o", new(TokenEncoding.O200k, ChatFormula.Standard)),
        ("gpt-4.", new(TokenEncoding.O200k, ChatFormula.Standard)),
        ("gpt-4", new(TokenEncoding.Cl100k, ChatFormula.Early)),
        ("gpt-3", new(TokenEncoding.Cl100k, ChatFormula.Early)),
        ("gpt-", new(TokenEncoding.O200k, ChatFormula.Standard)),
        ("chatgpt-", new(TokenEncoding.O200k, ChatFormula.Standard)),
        ("o1", new(TokenEncoding.O200k, ChatFormula.Standard)),
        ("o3", new(TokenEncoding.O200k, ChatFormula.Reasoning)),
        ("o4", new(TokenEncoding.O200k, ChatFormula.Reasoning)),
        ("text-embedding-", new(TokenEncoding.Cl100k, ChatFormula.Standard)),
        ("davinci-002", new(TokenEncoding.Cl100k, ChatFormula.Standard)),
        ("babbage-002", new(TokenEncoding.Cl100k, ChatFormula.Standard)),
        ("claude", new(TokenEncoding.O200k, ChatFormula.JsonTools(530))),
        ("deepseek", new(TokenEncoding.O200k, ChatFormula.JsonTools(230))),
        ("mistral", new(TokenEncoding.O200k, ChatFormula.JsonTools(45))),
    ];

    /// <param name="model">The provider's name of the model; a vendor before it (<c>openai/</c>) and the mark of a tuned one (<c>ft:</c>) are passed over.</param>
    public static ModelTokens Of(ReadOnlySpan<char> model)
    {
        var name = model[(model.LastIndexOf('/') + 1)..];
        if (name.StartsWith("ft:")) name = name["ft:".Length..];
        foreach (var (prefix, tokens) in Table)
        {
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) return tokens;
        }

        return Default;
    }
}
