using System.Text.Json;
using Gateway.Core.Wire.OpenAI;

namespace Gateway.Core.Tokens;

/// <summary>
/// Counts the tokens of an answer: of a whole one, or of a stream event by event. Text is gathered before it is counted, since an event seldom ends where a token does; what is
/// held is a few kilobytes, whatever the answer's length.
/// </summary>
/// <remarks>Not thread-safe. Several choices of one stream are counted as one text, which costs a token here and there.</remarks>
public sealed class AnswerTokens(ModelTokens model, TokenizerCache tokenizers) : IDisposable
{
    /// <summary>Bytes gathered before they are counted: fewer would be counted as often as they come, more would be kept for nothing.</summary>
    private const int Enough = 3 * 1024;

    /// <summary>Bytes without a place to cut that are counted all the same.</summary>
    private const int TooMany = 64 * 1024;

    private PooledText _text = new();
    private long _counted;
    private long _framing;
    private bool _hasText;

    /// <summary>All tokens so far: what was said, and what the model's template needs to say it.</summary>
    public long Tokens => _counted + _framing + tokenizers.Get(model.Encoding).Count(_text.Written) + (_hasText && _framing == 0 ? model.Formula.EndOfAnswer : 0);

    /// <param name="json">A whole answer, or the data of one event. What is no JSON adds nothing.</param>
    public void Add(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, JsonCursor.Options);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (JsonCursor.Is(ref reader, "choices"u8)) AddChoices(ref reader);
                else JsonCursor.TakeValue(ref reader);
            }
        }
        catch (JsonException)
        {
            return;   // as far as it could be read, it is counted
        }

        if (_text.Length > Enough) CountUpTo(SafeCut(_text.Written));
    }

    public void Dispose() => _text.Dispose();

    private void AddChoices(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        for (var depth = reader.CurrentDepth; reader.Read() && reader.CurrentDepth > depth;)
        {
            if (reader.TokenType != JsonTokenType.PropertyName) continue;
            if (JsonCursor.Is(ref reader, "logprobs"u8) || JsonCursor.Is(ref reader, "annotations"u8))
            {
                JsonCursor.TakeValue(ref reader);
                continue;
            }

            var isCall = JsonCursor.Is(ref reader, "name"u8);
            if (!isCall && !IsText(ref reader)) continue;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String) continue;
            if (isCall) _framing += model.Formula.AnsweredToolCall;
            _hasText |= !isCall && !reader.ValueSpan.IsEmpty;
            _text.AppendJson(reader.ValueSpan);
        }
    }

    private static bool IsText(ref Utf8JsonReader reader) =>
        JsonCursor.Is(ref reader, "content"u8) || JsonCursor.Is(ref reader, "text"u8) || JsonCursor.Is(ref reader, "arguments"u8)
        || JsonCursor.Is(ref reader, "refusal"u8) || JsonCursor.Is(ref reader, "reasoning_content"u8) || JsonCursor.Is(ref reader, "reasoning"u8);

    private void CountUpTo(int cut)
    {
        if (cut == 0 && _text.Length > TooMany) cut = _text.Length;
        if (cut == 0) return;
        _counted += tokenizers.Get(model.Encoding).Count(_text.Written[..cut]);
        _text.RemoveFirst(cut);
    }

    /// <summary>The last place before a space that follows a letter: a piece begins there, and no later text changes that.</summary>
    private static int SafeCut(ReadOnlySpan<byte> text)
    {
        for (var at = text.LastIndexOf((byte)' '); at > 0; at = text[..at].LastIndexOf((byte)' '))
        {
            if (text[at - 1] > ' ' && text[at - 1] < 0x7F) return at;
        }

        return 0;
    }
}
