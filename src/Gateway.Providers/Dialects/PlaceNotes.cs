namespace Gateway.Providers.Dialects;

/// <summary>Notes in the order in which a chat request was written. In pieces, as those of a long conversation would be a new large object again and again while it grows.</summary>
internal sealed class PlaceNotes
{
    private const int FirstPiece = 8, LargestPiece = 1024;

    private readonly List<PlaceNote[]> _full = [];
    private PlaceNote[] _open = [];
    private int _count;

    public void Add(in PlaceNote note)
    {
        if (_count == _open.Length)
        {
            if (_count > 0) _full.Add(_open);
            _open = new PlaceNote[Math.Clamp(2 * _count, FirstPiece, LargestPiece)];
            _count = 0;
        }

        _open[_count++] = note;
    }

    /// <returns>The last note that was made between two places in the request; null: none.</returns>
    public PlaceNote? Last(int from, int to)
    {
        if (Last(_open.AsSpan(0, _count), to) is { } note) return note.Offset >= from ? note : null;
        for (var i = _full.Count - 1; i >= 0; i--)
        {
            if (Last(_full[i], to) is { } earlier) return earlier.Offset >= from ? earlier : null;
        }

        return null;
    }

    private static PlaceNote? Last(ReadOnlySpan<PlaceNote> notes, int to)
    {
        var (low, high) = (0, notes.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (notes[middle].Offset <= to) low = middle + 1;
            else high = middle;
        }

        return low > 0 ? notes[low - 1] : null;
    }
}

/// <param name="Offset">How many bytes of the chat request were written before.</param>
/// <param name="IsCopy">What is inside stands there under the same names too.</param>
/// <param name="At">Where the client has it, or what it is a member of.</param>
internal readonly record struct PlaceNote(int Offset, bool IsCopy, string At, string? Member)
{
    /// <param name="rest">What goes on from there.</param>
    public string Place(string rest) => $"{At}{(Member is null ? "" : ".")}{Member}{(IsCopy ? rest : "")}";
}
