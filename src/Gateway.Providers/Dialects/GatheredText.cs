using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects;

/// <summary>A JSON string that comes in pieces, copied as they are escaped.</summary>
internal struct GatheredText
{
    private GatheredBytes _bytes;

    public readonly bool IsEmpty => _bytes.Length == 0;

    /// <summary>What has come, with its quotes. Valid until the next piece.</summary>
    public ReadOnlySpan<byte> Json
    {
        get
        {
            if (IsEmpty) return "\"\""u8;
            _bytes.Add("\""u8);
            var json = _bytes.Span;
            _bytes.Shorten(1);
            return json;
        }
    }

    /// <param name="piece">A JSON string with its quotes.</param>
    public void Add(ReadOnlySpan<byte> piece)
    {
        if (piece.Length <= 2) return;
        if (IsEmpty) _bytes.Add("\""u8);
        _bytes.Add(piece[1..^1]);
    }

    public void Return() => _bytes.Return();
}
