using System.Buffers;
using System.Globalization;
using System.Text;

namespace Gateway.Admin.Export;

/// <summary>Lines of CSV as RFC 4180 says: commas, CRLF, quotes where a cell needs them. A cell without a value is empty.</summary>
/// <remarks>
/// Spreadsheets run a cell that begins like a formula, and much of a row is text that a client chose: such a text gets an apostrophe before it
/// (OWASP, CSV injection). Numbers stay as they are.
/// </remarks>
internal sealed class CsvWriter(IBufferWriter<byte> output)
{
    private static readonly SearchValues<char> Quoted = SearchValues.Create("\",\r\n");
    private static readonly SearchValues<char> Formula = SearchValues.Create("=+-@\t\r");

    private bool _inLine;

    public void Text(string? text)
    {
        Begin();
        if (string.IsNullOrEmpty(text))
            return;
        var cell = Formula.Contains(text[0]) ? "'" + text : text;
        Write(cell.AsSpan().ContainsAny(Quoted) ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell);
    }

    public void Number(long value)
    {
        Begin();
        Write(value.ToString(CultureInfo.InvariantCulture));
    }

    public void Number(double? value)
    {
        Begin();
        Write(value?.ToString(CultureInfo.InvariantCulture) ?? "");
    }

    public void EndLine()
    {
        output.Write("\r\n"u8);
        _inLine = false;
    }

    private void Begin()
    {
        if (_inLine)
            output.Write(","u8);
        _inLine = true;
    }

    private void Write(string text) => Encoding.UTF8.GetBytes(text, output);
}
