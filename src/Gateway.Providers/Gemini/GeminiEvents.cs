using Gateway.Core.Wire.Sse;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Gemini;

/// <summary>The answers of a stream, whether they come as server-sent events or, as Google does where nobody asked for those, as the items of one JSON array.</summary>
internal sealed class GeminiEvents
{
    /// <summary>32 MiB: an image of 4096 × 4096 comes as one event.</summary>
    private const int MaxBytes = 32 * 1024 * 1024;

    private SseEventReader? _sse;
    private JsonItemReader? _items;

    public bool IsBroken => _sse is { Overflowed: true } || _items is { IsBroken: true };

    /// <summary>An answer has begun whose end has not come.</summary>
    public bool IsInside => _sse is { IsInside: true } || _items is { IsInside: true };

    /// <summary>Takes the next answer from the front of <paramref name="bytes"/>. False: the bytes are used up, and what they began is kept for the next call.</summary>
    public bool TryRead(ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> data)
    {
        data = default;
        if (_sse is null && _items is null)
        {
            bytes = bytes.TrimStart(" \t\r\n"u8);
            if (bytes.IsEmpty) return false;
            if (bytes[0] is (byte)'[' or (byte)'{') _items = new(MaxBytes);
            else _sse = new(MaxBytes);
        }

        if (_items is not null) return _items.TryRead(ref bytes, out data);
        if (!_sse!.TryRead(ref bytes, out var next)) return false;
        data = next.Data;
        return true;
    }
}
