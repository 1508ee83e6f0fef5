namespace Gateway.Pipeline;

/// <summary>A member of the body's top-level object, by offsets into the body.</summary>
/// <param name="NameStart">First byte after the opening quote.</param>
/// <param name="NameLength">Bytes between the quotes, as written.</param>
/// <param name="ValueStart">First byte of the value.</param>
/// <param name="ValueEnd">One past the value's last byte.</param>
/// <param name="NameEscaped">The name is written with escapes (<c>mod\u0065l</c>).</param>
internal readonly record struct JsonMember(int NameStart, int NameLength, int ValueStart, int ValueEnd, bool NameEscaped);
