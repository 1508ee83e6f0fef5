namespace Gateway.Pipeline;

/// <summary>Bytes <see cref="Start"/> up to <see cref="End"/> of a body become <see cref="Replacement"/>; an insertion has both equal.</summary>
internal readonly record struct BodyEdit(int Start, int End, ReadOnlyMemory<byte> Replacement);
