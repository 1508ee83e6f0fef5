namespace Gateway.Core.Wire.Sse;

/// <summary>One server-sent event; its spans are valid until the reader's next call.</summary>
public readonly ref struct SseEvent(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
{
    /// <summary>The <c>event</c> field; empty where the stream gave none.</summary>
    public ReadOnlySpan<byte> Type { get; } = type;

    /// <summary>The <c>data</c> lines, joined by LF.</summary>
    public ReadOnlySpan<byte> Data { get; } = data;
}
