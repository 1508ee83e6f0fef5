using System.Buffers;
using System.Text;
using Gateway.Admin.Export;

namespace Gateway.Tests.Admin.Export;

public class CsvWriterTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"hi\"", "\"say \"\"hi\"\"\"")]
    [InlineData("two\nlines", "\"two\nlines\"")]
    [InlineData("", "")]
    [InlineData(null, "")]
    [InlineData(" kept ", " kept ")]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\tx", "'\tx")]
    [InlineData("\rx", "\"'\rx\"")]
    [InlineData("=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"")]
    [InlineData("a=b", "a=b")]
    [InlineData("'quoted", "'quoted")]
    [InlineData("é😀", "é😀")]
    public void A_text_is_quoted_where_it_must_be_and_never_a_formula(string? text, string expected) => Write(csv => csv.Text(text)).Should().Be(expected + "\r\n");

    [Fact]
    public void Numbers_stay_numbers_and_cells_are_separated() =>
        Write(static csv =>
        {
            csv.Number(-5);
            csv.Number(0.001);
            csv.Number((double?)null);
            csv.Text("x");
            csv.EndLine();
            csv.Number(long.MaxValue);
        }).Should().Be("-5,0.001,,x\r\n9223372036854775807\r\n");

    private static string Write(Action<CsvWriter> write)
    {
        var output = new ArrayBufferWriter<byte>();
        var csv = new CsvWriter(output);
        write(csv);
        csv.EndLine();
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
