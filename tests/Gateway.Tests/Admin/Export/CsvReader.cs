using System.Text;

namespace Gateway.Tests.Admin.Export;

/// <summary>Reads CSV as RFC 4180 says, and refuses what it does not say.</summary>
internal static class CsvReader
{
    public static List<string[]> Read(string text)
    {
        var (lines, cells, at) = (new List<string[]>(), new List<string>(), 0);
        while (at < text.Length)
        {
            cells.Add(Cell(text, ref at));
            if (text[at] == ',')
            {
                at++;
                continue;
            }
            text.AsSpan(at).StartsWith("\r\n").Should().BeTrue("a line ends with CRLF, not at {0}", at);
            at += 2;
            lines.Add([.. cells]);
            cells.Clear();
        }
        cells.Should().BeEmpty("the last line ends too");
        return lines;
    }

    private static string Cell(string text, ref int at)
    {
        if (text[at] != '"')
        {
            var end = text.AsSpan(at).IndexOfAny(",\r\n\"");
            var bare = text.Substring(at, end);
            at += end;
            return bare;
        }
        var cell = new StringBuilder();
        for (at++; text[at] != '"' || text[at + 1] == '"'; at++)
        {
            cell.Append(text[at]);
            if (text[at] == '"')
                at++;
        }
        at++;
        return cell.ToString();
    }
}
