namespace Gateway.Pipeline;

/// <summary>Writes a body into a rented array that grows. Ends with <see cref="Finish"/> or <see cref="Discard"/>, once.</summary>
internal struct BodyBuilder
{
    private byte[] _rented;

    /// <param name="capacity">Bytes it is likely to have.</param>
    public BodyBuilder(int capacity) => _rented = ByteBuffers.Rent(capacity);

    public int Length { get; private set; }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_rented.Length - Length < bytes.Length) Grow(bytes.Length);
        bytes.CopyTo(_rented.AsSpan(Length));
        Length += bytes.Length;
    }

    public void Write(byte one) => Write([one]);

    /// <summary>Takes back what was written since it had so many bytes.</summary>
    public void Truncate(int length) => Length = length;

    /// <returns>The body, which owns the array from now on.</returns>
    public readonly RequestBody Finish() => new(_rented, Length);

    public readonly void Discard() => ByteBuffers.Return(_rented);

    private void Grow(int more)
    {
        var larger = ByteBuffers.Rent(Math.Max(Length + more, _rented.Length * 2));
        _rented.AsSpan(0, Length).CopyTo(larger);
        ByteBuffers.Return(_rented);
        _rented = larger;
    }
}
