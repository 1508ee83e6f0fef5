using System.Buffers;

namespace Gateway.Reply;

/// <summary>
/// What a stream's events of words have in common: all but what stands between the quotes of <c>content</c>. An event in the frame of one that was looked at
/// has the same members with the same values, whatever its words; comparing its two ends is a tenth of the work of searching it for every name that matters.
/// </summary>
internal struct EventFrame : IDisposable
{
    /// <summary>Bytes of a frame; one with more holds something else than names.</summary>
    private const int MaxLength = 1024;

    /// <summary>Streams of which each event differs beyond its words (padding, probabilities) are not learned for ever.</summary>
    private const int MaxLearned = 8;

    private byte[]? _bytes;
    private int _before, _after;
    private int _learned;

    /// <summary>Bytes of an event that are not its words.</summary>
    public readonly int Length => _before + _after;

    /// <summary>Takes the frame of an event of nothing but words for the ones to come.</summary>
    public void Learn(ReadOnlySpan<byte> data)
    {
        if (_learned == MaxLearned) return;
        _learned++;
        var name = "\"content\":\""u8;
        var start = data.IndexOf(name) + name.Length;
        if (start < name.Length) return;
        var words = WordsIn(data[start..]);
        var after = data.Length - start - words;
        if (after == 0 || start + after > MaxLength) return;
        _bytes ??= ArrayPool<byte>.Shared.Rent(MaxLength);
        data[..start].CopyTo(_bytes);
        data[(start + words)..].CopyTo(_bytes.AsSpan(start));
        (_before, _after) = (start, after);
    }

    /// <summary>Whether an event differs from the one that was learned in its words alone.</summary>
    public readonly bool Holds(ReadOnlySpan<byte> data)
    {
        if (_bytes is null || data.Length < Length) return false;
        return data.EndsWith(_bytes.AsSpan(_before, _after)) && data.StartsWith(_bytes.AsSpan(0, _before))
            && WordsIn(data[_before..]) == data.Length - Length;
    }

    public void Dispose()
    {
        if (_bytes is not null) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = null;
    }

    /// <returns>Where the string ends: at its closing quote, or with the data.</returns>
    private static int WordsIn(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (at < text.Length)
        {
            var next = text[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0) break;
            at += next;
            if (text[at] == '"') return at;
            at += 2;   // an escape, and what it escapes
        }

        return text.Length;
    }
}
