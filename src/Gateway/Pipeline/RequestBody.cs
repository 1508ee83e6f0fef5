namespace Gateway.Pipeline;

/// <summary>A request body in one rented array. Given back once, when no attempt can need it any more.</summary>
internal struct RequestBody
{
    private byte[]? _rented;
    private int _length;

    /// <param name="rented">From <see cref="ByteBuffers"/>; the body owns it from now on.</param>
    public RequestBody(byte[] rented, int length)
    {
        _rented = rented;
        _length = length;
    }

    public static RequestBody Copy(ReadOnlySpan<byte> body)
    {
        var rented = ByteBuffers.Rent(body.Length);
        body.CopyTo(rented);
        return new(rented, body.Length);
    }

    public readonly bool IsEmpty => _rented is null;

    public readonly ReadOnlySpan<byte> Span => _rented.AsSpan(0, _length);

    public readonly ReadOnlyMemory<byte> Memory => _rented.AsMemory(0, _length);

    public void Return()
    {
        if (_rented is null) return;
        ByteBuffers.Return(_rented);
        _rented = null;
        _length = 0;
    }
}
