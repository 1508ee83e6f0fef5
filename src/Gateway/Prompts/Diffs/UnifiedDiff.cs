using System.Globalization;
using System.Text;

namespace Gateway.Prompts.Diffs;

/// <summary>Two texts as a unified diff, as <c>diff -u</c> writes it.</summary>
internal static class UnifiedDiff
{
    /// <summary>Lines around a change that stay as they are.</summary>
    private const int Context = 3;

    /// <returns>Empty: they are the same.</returns>
    public static string Of(IReadOnlyList<string> before, IReadOnlyList<string> after, string beforeName, string afterName)
    {
        var edits = LineDiff.Of(before, after);
        var output = new StringBuilder();
        for (var i = 0; i < edits.Count; i++)
        {
            if (edits[i].Kind == ' ') continue;
            if (output.Length == 0) output.Append(CultureInfo.InvariantCulture, $"--- {beforeName}\n+++ {afterName}\n");
            var from = Math.Max(0, i - Context);
            i = EndOf(edits, i);
            Write(output, edits, from, Math.Min(edits.Count, i + Context));
        }

        return output.ToString();
    }

    /// <summary>One past the last change that is so near to the one before it that no line between would be left out.</summary>
    private static int EndOf(List<LineEdit> edits, int first)
    {
        var end = first + 1;
        for (var i = end; i < edits.Count && i <= end + (2 * Context); i++)
            if (edits[i].Kind != ' ') end = i + 1;
        return end;
    }

    private static void Write(StringBuilder output, List<LineEdit> edits, int from, int to)
    {
        var (beforeLines, afterLines) = (Count(edits, from, to, '+'), Count(edits, from, to, '-'));
        output.Append(CultureInfo.InvariantCulture, $"@@ -{Range(edits[from].Before, beforeLines)} +{Range(edits[from].After, afterLines)} @@\n");
        for (var i = from; i < to; i++) output.Append(edits[i].Kind).Append(edits[i].Text).Append('\n');
    }

    /// <summary>Lines of one side: all but those of the other.</summary>
    private static int Count(List<LineEdit> edits, int from, int to, char other)
    {
        var count = 0;
        for (var i = from; i < to; i++)
            if (edits[i].Kind != other) count++;
        return count;
    }

    /// <param name="start">Lines before it. A range without lines is named by the line before it.</param>
    private static string Range(int start, int lines) => string.Create(CultureInfo.InvariantCulture, $"{(lines == 0 ? start : start + 1)},{lines}");
}
