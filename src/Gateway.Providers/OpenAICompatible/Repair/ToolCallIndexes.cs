namespace Gateway.Providers.OpenAICompatible.Repair;

/// <summary>Numbers the tool calls of one stream whose provider does not: a new id is a new call, a piece without one goes on with the last.</summary>
internal sealed class ToolCallIndexes
{
    private readonly Dictionary<int, (int Count, byte[] LastId)> _choices = [];

    /// <param name="id">Empty where the piece has none.</param>
    public int Of(int choice, ReadOnlySpan<byte> id)
    {
        var (count, last) = _choices.GetValueOrDefault(choice, (0, []));
        if (count > 0 && (id.IsEmpty || id.SequenceEqual(last))) return count - 1;
        _choices[choice] = (count + 1, id.ToArray());
        return count;
    }

    /// <summary>A piece that has its number: those without go on from there.</summary>
    public void Saw(int choice, int index, ReadOnlySpan<byte> id)
    {
        var (count, last) = _choices.GetValueOrDefault(choice, (0, []));
        if (index >= count || !id.IsEmpty) _choices[choice] = (Math.Max(count, index + 1), id.IsEmpty ? last : id.ToArray());
    }
}
