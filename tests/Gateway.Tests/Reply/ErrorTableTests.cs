using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Reply;

namespace Gateway.Tests.Reply;

public class ErrorTableTests
{
    public static TheoryData<ErrorKind> Kinds => new(Enum.GetValues<ErrorKind>());

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_is_described_and_written_in_OpenAIs_shape(ErrorKind kind)
    {
        var body = new ArrayBufferWriter<byte>();
        ErrorWriter.Write(body, new(kind, "line\r\nbreak \"quoted\"", "field"));

        using var json = JsonDocument.Parse(body.WrittenMemory);
        var error = json.RootElement.GetProperty("error");
        error.EnumerateObject().Select(static p => p.Name).Should().Equal("message", "type", "param", "code");
        error.GetProperty("message").GetString().Should().Be("line\r\nbreak \"quoted\"");
        ErrorTable.Describe(kind).Status.Should().BeInRange(400, 599);
        Encoding.UTF8.GetString(body.WrittenSpan).Should().NotContainAny("\r", "\n");
    }

    [Fact]
    public void The_providers_own_body_is_kept_on_one_line()
    {
        var body = new ArrayBufferWriter<byte>();
        ErrorWriter.Write(body, new(ErrorKind.BadUpstream, "m") { ProviderBody = "{\n \"error\": \"x\"\r\n}"u8.ToArray() });

        Encoding.UTF8.GetString(body.WrittenSpan).Should().EndWith(",\"provider\":{\"error\":\"x\"}}}");
    }
}
