namespace Gateway.Prompts.Diffs;

/// <summary>A line that stays (blank), goes (-) or comes (+).</summary>
/// <param name="Before">Lines of the first text before it.</param>
/// <param name="After">Lines of the second text before it.</param>
internal readonly record struct LineEdit(char Kind, string Text, int Before, int After);

/// <summary>The fewest lines that go and come, by the longest common subsequence.</summary>
internal static class LineDiff
{
    /// <summary>Pairs of lines that are compared, without those at both ends that are the same; of longer texts the middle goes and comes as a whole.</summary>
    /// <remarks>4 million: two texts of 2,000 lines each, 16 MiB for some milliseconds.</remarks>
    private const long MostPairs = 4_000_000;

    public static List<LineEdit> Of(IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        var shorter = Math.Min(before.Count, after.Count);
        var (head, tail) = (0, 0);
        while (head < shorter && before[head] == after[head]) head++;
        while (tail < shorter - head && before[^(tail + 1)] == after[^(tail + 1)]) tail++;
        var edits = new List<LineEdit>(before.Count + after.Count);
        for (var i = 0; i < head; i++) edits.Add(new(' ', before[i], i, i));
        var (beforeEnd, afterEnd) = (before.Count - tail, after.Count - tail);
        var lengths = (long)(beforeEnd - head) * (afterEnd - head) > MostPairs ? null : Lengths(before, after, head, beforeEnd, afterEnd);
        var (b, a) = (head, head);
        while (b < beforeEnd || a < afterEnd)
        {
            // Without the table all go first, and then all come.
            var stays = lengths is not null && b < beforeEnd && a < afterEnd && before[b] == after[a];
            if (stays) edits.Add(new(' ', before[b], b++, a++));
            else if (b < beforeEnd && (lengths is null || a == afterEnd || lengths[b - head + 1, a - head] >= lengths[b - head, a - head + 1])) edits.Add(new('-', before[b], b++, a));
            else edits.Add(new('+', after[a], b, a++));
        }

        for (var i = 0; i < tail; i++) edits.Add(new(' ', before[beforeEnd + i], beforeEnd + i, afterEnd + i));
        return edits;
    }

    /// <summary>The length of the longest common subsequence of what begins at each pair of lines.</summary>
    private static int[,] Lengths(IReadOnlyList<string> before, IReadOnlyList<string> after, int head, int beforeEnd, int afterEnd)
    {
        var lengths = new int[beforeEnd - head + 1, afterEnd - head + 1];
        for (var b = beforeEnd - head - 1; b >= 0; b--)
            for (var a = afterEnd - head - 1; a >= 0; a--)
                lengths[b, a] = before[head + b] == after[head + a] ? lengths[b + 1, a + 1] + 1 : Math.Max(lengths[b + 1, a], lengths[b, a + 1]);
        return lengths;
    }
}
