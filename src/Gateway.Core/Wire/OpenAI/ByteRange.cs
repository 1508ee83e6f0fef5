namespace Gateway.Core.Wire.OpenAI;

/// <summary>Where a JSON value stands in the bytes it was found in, quotes included; empty: it is not there.</summary>
public readonly record struct ByteRange(int Offset, int Length)
{
    public bool IsEmpty => Length == 0;

    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> bytes) => bytes.Slice(Offset, Length);
}
