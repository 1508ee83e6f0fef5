using System.Text.Json;

namespace Gateway.Core.Tokens;

/// <summary>Counts the tokens of strings where they stand in JSON: as they are, or decoded into a rented buffer where they have escapes.</summary>
internal ref struct JsonTokens(Tokenizer tokenizer)
{
    private PooledText _scratch = new();

    /// <summary>The tokens of the string the reader is at; 0 for any other value, whose content is passed over.</summary>
    public long OfString(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            reader.Skip();
            return 0;
        }

        if (!reader.ValueIsEscaped) return tokenizer.Count(reader.ValueSpan);
        _scratch.Clear();
        _scratch.AppendJson(reader.ValueSpan);
        return tokenizer.Count(_scratch.Written);
    }

    /// <summary>The tokens of text as it stands.</summary>
    public readonly long Of(ReadOnlySpan<byte> text) => tokenizer.Count(text);

    public readonly void Dispose() => _scratch.Dispose();
}
