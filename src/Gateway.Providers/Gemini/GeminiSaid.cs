using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Gemini;

/// <summary>The words of a stream's candidate: Gemini says at the end what they rest on, by places in their UTF-8.</summary>
internal sealed class GeminiSaid
{
    private GatheredBytes _text;

    /// <summary>Characters of UTF-16 so far. Counted each time.</summary>
    public int Length => Encoding.UTF8.GetCharCount(_text.Span);

    /// <param name="json">A JSON string.</param>
    public void Add(ReadOnlySpan<byte> json)
    {
        var inside = json[1..^1];
        if (!inside.Contains((byte)'\\'))
        {
            _text.Add(inside);
            return;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(inside.Length);
        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            _text.Add(buffer.AsSpan(0, reader.CopyString(buffer)));
        }
        catch (InvalidOperationException)
        {
            _text.Add(inside);   // half of a surrogate pair: there is no such text, and no place in it
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Characters of the whole content.</summary>
    /// <param name="words">What stands there, where Gemini says it: its parts are counted over all events, and thoughts are parts too.</param>
    public (int Start, int End)? Place(int start, int end, string? words)
    {
        var text = _text.Span;
        if (words is { Length: > 0 })
        {
            var wanted = Encoding.UTF8.GetBytes(words);
            if (start > end || end > text.Length || !text[start..end].SequenceEqual(wanted)) (start, end) = (text.IndexOf(wanted), text.IndexOf(wanted) + wanted.Length);
        }

        if (start < 0 || start > end || end > text.Length) return null;
        return (Encoding.UTF8.GetCharCount(text[..start]), Encoding.UTF8.GetCharCount(text[..end]));
    }

    public void Return() => _text.Return();
}
